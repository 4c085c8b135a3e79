import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadSplits } from './load.js';
import { getSplitInput, type Split } from './types.js';

/** A split by its id. */
export const getSplit = defineVerb({
  name: 'datasets.getSplit',
  effect: 'read',
  policy: reader(labOf('split', 'splits', (input: { id: string }) => input.id)),
  input: getSplitInput,
  async run(tx, ctx: LabGrant, input): Promise<Split> {
    const [found] = await loadSplits(tx, ctx.lab.id, { ids: [input.id] });
    if (found === undefined) throw notFound('split');
    return found;
  },
});
