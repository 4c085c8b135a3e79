import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadAnswers } from './bitmaps.js';
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
    return pairs.flatMap(({ first, second }) =>
      answers
        .filter(({ modelId }) => modelId === first)
        .flatMap((one) => {
          const other = answers.find(
            ({ modelId, benchmarkId }) => modelId === second && benchmarkId === one.benchmarkId,
          );
          return other === undefined ? [] : [compare(ctx.lab.id, one, other)];
        }),
    );
  },
});
