import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadAnswered } from './answers.js';
import { comparePairs } from './compare-pairs.js';
import { type Comparison, manyComparisonsInput } from './types.js';

/** Pairs of models of one lab on every benchmark that both were evaluated on, for loaders; in the order of the pairs. */
export const many = defineVerb({
  name: 'comparisons.many',
  effect: 'read',
  policy: reader(inLab()),
  input: manyComparisonsInput,
  async run(tx, ctx: LabGrant, { pairs }): Promise<readonly Comparison[]> {
    const models = pairs.flatMap(({ first, second }) => [first, second]);
    return comparePairs(tx, ctx.lab.id, await loadAnswered(tx, ctx.lab.id, models), pairs);
  },
});
