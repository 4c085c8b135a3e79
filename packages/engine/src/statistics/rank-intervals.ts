import { mcnemar } from './mcnemar.js';
import { holm } from './multiple-comparisons.js';
import { pairedCounts } from './paired-counts.js';

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

export interface RankOptions {
  /** Chance of a single false difference on the whole board. Default 0.05. */
  readonly alpha?: number;
  readonly midP?: boolean;
}

/**
 * Ranks of models that answered the same n examples, with the ranks that cannot be excluded: every pair is compared by
 * McNemar's test on the correctness bitmaps, the p-values are adjusted by Holm, and only differences below alpha count. With
 * probability 1 − alpha all intervals together hold the true ranks (Mogstad, Romano, Shaikh and Wilhelm 2024).
 */
export function rankIntervals(
  bitmaps: readonly Uint8Array[],
  n: number,
  { alpha = 0.05, midP = false }: RankOptions = {},
): RankInterval[] {
  const comparisons = bitmaps.flatMap((first, i) =>
    bitmaps.slice(i + 1).map((second, offset) => {
      const counts = pairedCounts(first, second, n);
      return { i, j: i + 1 + offset, lead: counts.onlyFirst - counts.onlySecond, p: mcnemar(counts, { midP }) };
    }),
  );
  const adjusted = holm(comparisons.map(({ p }) => p));
  const boards = bitmaps.map(() => ({ rank: 1, better: 0, worse: 0, tiedWith: [] as number[] }));
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
  return boards.map(({ rank, better, worse, tiedWith }) => ({
    rank,
    best: 1 + better,
    worst: bitmaps.length - worse,
    tiedWith: tiedWith.sort((a, b) => a - b),
  }));
}
