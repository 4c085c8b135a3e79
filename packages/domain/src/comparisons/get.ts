import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadAnswers } from './bitmaps.js';
import { compare } from './compare.js';
import { type Comparison, getComparisonInput } from './types.js';

/** Two models on one benchmark, paired example by example. Both must have been evaluated on it. */
export const get = defineVerb({
  name: 'comparisons.get',
  effect: 'read',
  policy: reader(labOf('benchmark', 'benchmarks', (input: { benchmark: string }) => input.benchmark)),
  input: getComparisonInput,
  async run(tx, ctx: LabGrant, { benchmark, first, second }): Promise<Comparison> {
    const answers = await loadAnswers(tx, ctx.lab.id, [first, second], [benchmark]);
    const one = answers.find(({ modelId }) => modelId === first);
    const other = answers.find(({ modelId }) => modelId === second);
    if (one === undefined || other === undefined) throw notFound('pair of evaluations on this benchmark');
    return compare(ctx.lab.id, one, other);
  },
});
