import { packBits } from '../../evaluation/bitmap.js';
import { checkKnn, vote } from '../../evaluation/representations/knn.js';
import { openSimilarities } from '../../evaluation/representations/similarity.js';
import { featurePasses, neededBank, scoredFeatures } from './feature-input.js';
import { inTurns } from './in-turns.js';
import type { Measure } from './measure.js';

export const knn: Measure<'knn'> = {
  formula:
    'Features of the network without its head, divided by their length. The k entries of the reference of highest cosine vote for their class with exp(cosine / temperature); the class with the largest sum is the answer, of equal sums the lowest class, of equal cosines at the k-th place the earlier entry (Caron et al. 2021, DINO, eval_knn.py; Wu et al. 2018).',
  metrics: () => ['top1', 'knn'],
  async measure({ protocol, parameters: { k, temperature }, context }) {
    const queries = await scoredFeatures(protocol, context);
    const bank = await neededBank(protocol, context);
    checkKnn({ k, temperature }, bank.labels.length);
    const right = new Uint8Array(protocol.n);
    await using similarities = await openSimilarities(bank, queries, context);
    await inTurns(protocol.n, similarities.chunk, context, 'examples', async (from, to) => {
      for (const [row, similarity] of (await similarities.of(from, to)).entries()) {
        const answer = vote(similarity, bank.labels, { k, temperature });
        right[from + row] = answer === queries.labels[from + row] ? 1 : 0;
      }
    });
    const top1 = right.reduce((sum, bit) => sum + bit, 0) / protocol.n;
    return {
      core: { top1 },
      further: { [`knn:${k}`]: top1 },
      correct: packBits(right),
      passes: featurePasses(protocol),
    };
  },
};
