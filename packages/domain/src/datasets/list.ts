import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadDatasets } from './load.js';
import { type Dataset, listDatasetsInput } from './types.js';

/** A lab's datasets with their splits, by name. */
export const list = defineVerb({
  name: 'datasets.list',
  effect: 'read',
  policy: reader(inLab()),
  input: listDatasetsInput,
  run: (tx, ctx: LabGrant): Promise<readonly Dataset[]> => loadDatasets(tx, ctx.lab.id),
});
