import { holm } from './multiple-comparisons.js';
import { allPairs, PairTally, placeOfPair, toTheEnd } from './pair-tally.js';

/** The ranks of a leaderboard that its evidence leaves open for one model. */
export interface RankInterval {
  /** 1 for the best score; equal scores share the better rank. */
  readonly rank: number;
  /** 1 + the models that are significantly better. */
  readonly best: number;
  /** The number of models less those that are significantly worse. */
  readonly worst: number;
  /** Positions of the models that this one cannot be told from, in the order given: ties, whatever their scores say. */
  readonly tiedWith: readonly number[];
}

export interface Ranking {
  readonly ranks: readonly RankInterval[];
  /** The adjusted p-value of two models; 1 of a model and itself. */
  adjustedP(i: number, j: number): number;
}

export interface RankOptions {
  /** Chance of a single false difference on the whole board. Default 0.05. */
  readonly alpha?: number;
}

/**
 * Ranks of models that answered the same n examples, with the ranks that cannot be excluded: every pair is compared by
 * McNemar's test on the correctness bitmaps, the p-values are adjusted by Holm, and only differences below alpha count. With
 * probability 1 − alpha all intervals together hold the true ranks (Mogstad, Romano, Shaikh and Wilhelm 2024).
 *
 * @param versions how often each example was scored; above 1 the pairs are compared by Student's test over examples
 */
export function rankIntervals(
  bitmaps: readonly Uint8Array[],
  n: number,
  { versions = 1, ...options }: RankOptions & { readonly versions?: number } = {},
): Ranking {
  const tally = new PairTally(bitmaps.length, allPairs(bitmaps.length), { n, versions }, { counts: false, test: true });
  toTheEnd(tally.add(bitmaps));
  toTheEnd(tally.finish());
  return rankByComparisons(bitmaps.length, (pair) => tally.test(pair), options);
}

/**
 * The same from any test of pairs.
 *
 * @param compare by how much the first leads (any unit; its sign ranks) and the p-value of no difference, of each of `allPairs`
 */
export function rankByComparisons(
  models: number,
  compare: (pair: number) => { readonly lead: number; readonly p: number },
  { alpha = 0.05 }: RankOptions = {},
): Ranking {
  const comparisons = allPairs(models).map(([i, j], pair) => ({ i, j, ...compare(pair) }));
  const adjusted = holm(comparisons.map(({ p }) => p));
  const boards = Array.from({ length: models }, () => ({ rank: 1, better: 0, worse: 0, tiedWith: [] as number[] }));
  for (const [index, { i, j, lead }] of comparisons.entries()) {
    const [first, second] = [boards[i], boards[j]];
    if (first === undefined || second === undefined) continue;
    const [ahead, behind] = lead >= 0 ? [first, second] : [second, first];
    if (lead !== 0) behind.rank++;
    if ((adjusted[index] ?? 1) < alpha) {
      ahead.worse++;
      behind.better++;
    } else {
      first.tiedWith.push(j);
      second.tiedWith.push(i);
    }
  }
  return {
    ranks: boards.map(({ rank, better, worse, tiedWith }) => ({
      rank,
      best: 1 + better,
      worst: models - worse,
      tiedWith: tiedWith.sort((a, b) => a - b),
    })),
    adjustedP: (i, j) => (i === j ? 1 : (adjusted[placeOfPair(models, Math.min(i, j), Math.max(i, j))] ?? 1)),
  };
}
