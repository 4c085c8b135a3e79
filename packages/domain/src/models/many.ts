import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadModelsById } from './load.js';
import { type Model, manyModelsInput } from './types.js';

/** Models of one lab by id, for loaders, in the order asked for; ids that are not there are left out. */
export const many = defineVerb({
  name: 'models.many',
  effect: 'read',
  policy: reader(inLab()),
  input: manyModelsInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly Model[]> => loadModelsById(tx, ctx.lab.id, input.ids),
});
