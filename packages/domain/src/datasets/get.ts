import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadDatasets } from './load.js';
import { type Dataset, getDatasetInput } from './types.js';

/** A dataset by its id. */
export const get = defineVerb({
  name: 'datasets.get',
  effect: 'read',
  policy: reader(labOf('dataset', 'datasets', (input: { id: string }) => input.id)),
  input: getDatasetInput,
  async run(tx, ctx: LabGrant, input): Promise<Dataset> {
    const [found] = await loadDatasets(tx, ctx.lab.id, [input.id]);
    if (found === undefined) throw notFound('dataset');
    return found;
  },
});
