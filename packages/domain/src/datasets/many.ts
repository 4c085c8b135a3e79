import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadDatasets } from './load.js';
import { type Dataset, manyDatasetsInput } from './types.js';

/** Datasets of one lab by id, for loaders; ids that are not there are left out. */
export const many = defineVerb({
  name: 'datasets.many',
  effect: 'read',
  policy: reader(inLab()),
  input: manyDatasetsInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly Dataset[]> => loadDatasets(tx, ctx.lab.id, input.ids),
});
