import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadAnswered } from './answers.js';
import { comparePairs } from './compare-pairs.js';
import { type Comparison, getComparisonInput } from './types.js';

/** Two models on one benchmark, paired example by example. Both must have been evaluated on it. */
export const get = defineVerb({
  name: 'comparisons.get',
  effect: 'read',
  policy: reader(labOf('benchmark', 'benchmarks', (input: { benchmark: string }) => input.benchmark)),
  input: getComparisonInput,
  async run(tx, ctx: LabGrant, { benchmark, first, second }): Promise<Comparison> {
    const answered = await loadAnswered(tx, ctx.lab.id, [first, second], [benchmark]);
    const [found] = await comparePairs(tx, ctx.lab.id, answered, [{ first, second }]);
    if (found === undefined) throw notFound('pair of evaluations on this benchmark');
    return found;
  },
});
