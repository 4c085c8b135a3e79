import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadEvaluations } from './load.js';
import { type Evaluation, evaluationsForModelInput } from './types.js';

/** All evaluations of a model, oldest first. */
export const forModel = defineVerb({
  name: 'evaluations.forModel',
  effect: 'read',
  policy: reader(labOf('model', 'models', (input: { model: string }) => input.model)),
  input: evaluationsForModelInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly Evaluation[]> =>
    loadEvaluations(tx, ctx.lab.id, { modelIds: [input.model] }),
});
