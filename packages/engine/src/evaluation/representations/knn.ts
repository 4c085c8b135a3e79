import { EvaluationError } from '../errors.js';
import { checkedFeatures, cosines, type FeatureSet, nearest, normalisedFeatures } from './features.js';

export interface KnnOptions {
  /** Neighbours that vote. DINO reports 10, 20, 100 and 200; 20 is usually best. */
  readonly k?: number;
  /** Temperature T of a vote's weight exp(cosine / T). */
  readonly temperature?: number;
}

export interface KnnResult {
  /** The class of each query. */
  readonly answers: Uint32Array;
  /** Share of queries whose class is their label, in 0 … 1. */
  readonly accuracy: number;
}

/**
 * The weighted kNN classifier of DINO's eval_knn.py (Caron et al. 2021, after Wu et al. 2018): features are normalised, the k
 * bank entries of highest cosine vote for their class with exp(cosine / T), and the class with the largest sum wins; of equal
 * sums the lowest class. Of equal cosines at the k-th place the earlier bank entry votes. Nothing is learned from the queries.
 */
export function weightedKnn(bank: FeatureSet, queries: FeatureSet, options: KnnOptions = {}): KnnResult {
  const size = checkedFeatures(bank, 'The bank');
  const n = checkedFeatures(queries, 'The queries');
  const { width } = bank;
  if (queries.width !== width) {
    throw new EvaluationError(
      `Queries of width ${queries.width} cannot be compared with a bank of width ${width}.`,
      'Take both from one model.',
    );
  }
  checkKnn(options, size);
  const [from, to] = [normalisedFeatures(bank), normalisedFeatures(queries)];
  const similarity = new Float64Array(size);
  const answers = Uint32Array.from({ length: n }, (_, row) => {
    cosines(to, row, from, width, similarity);
    return vote(similarity, bank.labels, options);
  });
  const right = answers.reduce((count, answer, row) => count + (answer === queries.labels[row] ? 1 : 0), 0);
  return { answers, accuracy: right / n };
}

/** Throws EvaluationError unless so many neighbours can vote in a bank of this size. */
export function checkKnn({ k = 20, temperature = 0.07 }: KnnOptions, size: number): void {
  if (Number.isInteger(k) && k >= 1 && k <= size && temperature > 0) return;
  throw new EvaluationError(
    `${k} neighbours out of ${size}, temperature ${temperature}: there must be 1 … ${size}, and a positive temperature.`,
    'Take fewer neighbours than the bank has examples.',
  );
}

/** The class that wins the vote of the k nearest entries of a bank, whose cosines with the query are given. */
export function vote(
  similarity: Float64Array,
  labels: ArrayLike<number>,
  { k = 20, temperature = 0.07 }: KnnOptions = {},
): number {
  const neighbours = nearest(similarity, k);
  // Relative to the nearest: one factor for all votes, so that no temperature overflows.
  const top = similarity[neighbours[0] ?? 0] ?? 0;
  const votes = new Map<number, number>();
  for (const entry of neighbours) {
    const label = labels[entry] ?? 0;
    votes.set(label, (votes.get(label) ?? 0) + Math.exp(((similarity[entry] ?? 0) - top) / temperature));
  }
  const [winner] = [...votes].reduce((best, one) =>
    one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best,
  );
  return winner;
}
