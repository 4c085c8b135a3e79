import { packBits } from '../../evaluation/bitmap.js';
import { checkedFeatures, type FeatureSet } from '../../evaluation/representations/features.js';
import { weightedKnn } from '../../evaluation/representations/knn.js';
import { neededBank, scoredFeatures } from './feature-input.js';
import { inTurns } from './in-turns.js';
import type { Measure } from './measure.js';

/** Queries between two looks at the signal. */
const CHUNK = 256;

export const knn: Measure<'knn'> = {
  formula:
    'Features of the network without its head, divided by their length. The k entries of the reference of highest cosine vote for their class with exp(cosine / temperature); the class with the largest sum is the answer, of equal sums the lowest class, of equal cosines at the k-th place the earlier entry (Caron et al. 2021, DINO, eval_knn.py; Wu et al. 2018).',
  metrics: () => ['top1', 'knn'],
  async measure({ protocol, parameters: { k, temperature }, context }) {
    const queries = await scoredFeatures(protocol, context);
    const bank = await neededBank(protocol, context);
    const n = checkedFeatures(queries, 'The scored features');
    const right = new Uint8Array(n);
    await inTurns(n, CHUNK, context, 'images', (from, to) => {
      const part = rows(queries, from, to);
      const { answers } = weightedKnn(bank, part, { k, temperature });
      for (const [row, answer] of answers.entries()) right[from + row] = answer === part.labels[row] ? 1 : 0;
    });
    const top1 = right.reduce((sum, bit) => sum + bit, 0) / n;
    return { core: { top1 }, further: { [`knn:${k}`]: top1 }, correct: packBits(right), networks: 1 };
  },
};

function rows({ width, features, labels }: FeatureSet, from: number, to: number): FeatureSet {
  return {
    width,
    features: features.subarray(from * width, to * width),
    labels: Array.from({ length: to - from }, (_, row) => labels[from + row] ?? 0),
  };
}
