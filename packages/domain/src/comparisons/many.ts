import { setImmediate as nextTurn } from 'node:timers/promises';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { type Answers, loadAnswers } from './bitmaps.js';
import { compare } from './compare.js';
import { type Comparison, manyComparisonsInput } from './types.js';

/** Pairs of models of one lab on every benchmark that both were evaluated on, for loaders; in the order of the pairs. */
export const many = defineVerb({
  name: 'comparisons.many',
  effect: 'read',
  policy: reader(inLab()),
  input: manyComparisonsInput,
  async run(tx, ctx: LabGrant, { pairs }): Promise<readonly Comparison[]> {
    const answers = await loadAnswers(
      tx,
      ctx.lab.id,
      pairs.flatMap(({ first, second }) => [first, second]),
    );
    const byModel = new Map<string, Answers[]>();
    for (const one of answers) {
      const mine = byModel.get(one.modelId);
      if (mine === undefined) byModel.set(one.modelId, [one]);
      else mine.push(one);
    }
    const found: Comparison[] = [];
    for (const { first, second } of pairs) {
      const others = new Map(byModel.get(second)?.map((one) => [one.benchmarkId, one]));
      for (const one of byModel.get(first) ?? []) {
        const other = others.get(one.benchmarkId);
        if (other !== undefined) found.push(compare(ctx.lab.id, one, other));
      }
      // A pair on the grids of many benchmarks is millions of answers: others have their turn between two.
      await nextTurn();
    }
    return found;
  },
});
