import { keyed } from '../random/random.js';
import { checkLevel, type Interval } from './interval.js';
import { normal, normalQuantile } from './normal.js';
import { quantile } from './quantile.js';

/**
 * `bca` corrects bias and skewness (Efron, "Better bootstrap confidence intervals", 1987); `percentile` takes the quantiles of
 * the resampled statistic as they are.
 */
export type BootstrapMethod = 'bca' | 'percentile';

export interface BootstrapOptions {
  readonly seed: number;
  /** Default 2,000: the end of a 95 % interval then varies by about a tenth of its distance from the estimate. */
  readonly resamples?: number;
  readonly method?: BootstrapMethod;
  readonly level?: number;
}

export interface BootstrapResult extends Interval {
  /** The statistic of the examples themselves. */
  readonly estimate: number;
}

/**
 * A bootstrap interval of any statistic of n independent examples (Efron 1979). Resample r draws n indices with replacement
 * from the stream (seed, 'bootstrap', r), so the same seed gives the same interval to the last bit.
 *
 * @param statistic of the examples at these indices; repeated indices are repeated examples
 */
export function bootstrap(
  n: number,
  statistic: (indices: Uint32Array) => number,
  options: BootstrapOptions,
): BootstrapResult {
  const others = new Uint32Array(Math.max(0, n - 1));
  return resampled(n, statistic, options, (left) => {
    for (let i = 0; i < n - 1; i++) others[i] = i < left ? i : i + 1;
    return statistic(others);
  });
}

/** @param without the statistic of all examples but one */
function resampled(
  n: number,
  statistic: (indices: Uint32Array) => number,
  { seed, resamples = 2000, method = 'bca', level = 0.95 }: BootstrapOptions,
  without: (left: number) => number,
): BootstrapResult {
  checkLevel(level);
  if (!Number.isInteger(n) || n < 2)
    throw new RangeError(`${n} examples cannot be resampled: there must be at least 2.`);
  const all = Uint32Array.from({ length: n }, (_, index) => index);
  const estimate = statistic(all);
  const indices = new Uint32Array(n);
  const distribution = Float64Array.from({ length: resamples }, (_, resample) => {
    const random = keyed(seed, 'bootstrap', resample);
    for (let i = 0; i < n; i++) indices[i] = random.integer(n);
    return statistic(indices);
  });
  if (method === 'percentile') return { estimate, ...percentileInterval(distribution, level) };
  const jackknife = Float64Array.from({ length: n }, (_, left) => without(left));
  return { estimate, ...bcaInterval(distribution, estimate, jackknife, level) };
}

/** The interval of paired data: the mean of first − second over examples, such as the difference of two accuracies. */
export function pairedBootstrap(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: BootstrapOptions,
): BootstrapResult {
  if (first.length !== second.length) {
    throw new RangeError(
      `${first.length} and ${second.length} scores are no pairs: score both models on the same examples.`,
    );
  }
  const differences = Float64Array.from({ length: first.length }, (_, i) => (first[i] ?? 0) - (second[i] ?? 0));
  const n = differences.length;
  const sum = differences.reduce((total, difference) => total + difference, 0);
  // The mean without one example needs no pass over the others, which would take n² steps.
  const without = (left: number) => (sum - (differences[left] ?? 0)) / (n - 1);
  return resampled(n, (indices) => meanAt(differences, indices), options, without);
}

/** Quantiles of a resampled statistic. */
export function percentileInterval(distribution: Float64Array, level: number): Interval {
  const sorted = Float64Array.from(distribution).sort();
  return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) };
}

/**
 * Quantiles of a resampled statistic, moved by its bias and its acceleration.
 *
 * @param jackknife the statistic without each example
 */
export function bcaInterval(
  distribution: Float64Array,
  estimate: number,
  jackknife: Float64Array,
  level: number,
): Interval {
  const sorted = Float64Array.from(distribution).sort();
  // Values equal to the estimate, frequent for shares, count half.
  const below = sorted.reduce((count, value) => count + (value < estimate ? 1 : value === estimate ? 0.5 : 0), 0);
  const bias = normalQuantile(below / sorted.length);
  const centre = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  let [squares, cubes] = [0, 0];
  for (const value of jackknife) {
    squares += (centre - value) ** 2;
    cubes += (centre - value) ** 3;
  }
  // A statistic that no single example changes is not skewed.
  const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
  const end = (q: number) => {
    if (!Number.isFinite(bias)) return quantile(sorted, bias < 0 ? 0 : 1);
    const moved = bias + normalQuantile(q);
    return quantile(sorted, normal(bias + moved / (1 - acceleration * moved)));
  };
  return { low: end((1 - level) / 2), high: end((1 + level) / 2) };
}

function meanAt(values: Float64Array, indices: Uint32Array): number {
  let sum = 0;
  for (const index of indices) sum += values[index] ?? 0;
  return sum / indices.length;
}
