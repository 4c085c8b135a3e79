import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadEvaluations } from './load.js';
import { type Evaluation, evaluationsForModelsInput } from './types.js';

/** All evaluations of each of the given models of one lab, for loaders; oldest first. */
export const forModels = defineVerb({
  name: 'evaluations.forModels',
  effect: 'read',
  policy: reader(inLab()),
  input: evaluationsForModelsInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly Evaluation[]> =>
    loadEvaluations(tx, ctx.lab.id, { modelIds: input.ids }),
});
