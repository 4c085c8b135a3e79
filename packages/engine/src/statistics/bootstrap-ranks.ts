import { keyed } from '../random/random.js';
import { checkLevel } from './interval.js';

export interface BootstrapRank {
  /** 1 for the highest mean; equal means share the better rank. */
  readonly rank: number;
  /** The ends of the central share `level` of the ranks over resamples. */
  readonly best: number;
  readonly worst: number;
}

/**
 * Ranks by mean score, with the ranks that the models take when the examples are drawn again (Efron's percentile interval of
 * the rank). All models are resampled together, so what is hard for all is no difference. Beside `rankIntervals` it takes any
 * score per example, such as the mean over the corruptions of one image; it holds no level jointly.
 *
 * @param scores of each model, one an example
 */
export function bootstrapRanks(
  scores: readonly ArrayLike<number>[],
  { seed, resamples = 2000, level = 0.95 }: { seed: number; resamples?: number; level?: number },
): BootstrapRank[] {
  checkLevel(level);
  const n = scores[0]?.length ?? 0;
  const odd = scores.findIndex(({ length }) => length !== n);
  if (n === 0 || odd >= 0) {
    throw new RangeError(
      `Model ${Math.max(0, odd)} has ${scores[odd]?.length ?? 0} scores, the first ${n}: score all on the same examples.`,
    );
  }
  const all = Uint32Array.from({ length: n }, (_, index) => index);
  const observed = ranksOf(scores, all);
  const drawn = scores.map(() => new Float64Array(resamples));
  const indices = new Uint32Array(n);
  for (let resample = 0; resample < resamples; resample++) {
    const random = keyed(seed, 'bootstrap', resample);
    for (let i = 0; i < n; i++) indices[i] = random.integer(n);
    for (const [model, rank] of ranksOf(scores, indices).entries()) {
      const ranks = drawn[model];
      if (ranks !== undefined) ranks[resample] = rank;
    }
  }
  const skipped = Math.floor(((1 - level) / 2) * resamples);
  return drawn.map((ranks, model) => {
    const sorted = ranks.sort();
    return {
      rank: observed[model] ?? 1,
      best: sorted[skipped] ?? 1,
      worst: sorted[resamples - 1 - skipped] ?? scores.length,
    };
  });
}

function ranksOf(scores: readonly ArrayLike<number>[], indices: Uint32Array): number[] {
  const sums = scores.map((values) => {
    let sum = 0;
    for (const index of indices) sum += values[index] ?? 0;
    return sum;
  });
  return sums.map((own) => 1 + sums.filter((sum) => sum > own).length);
}
