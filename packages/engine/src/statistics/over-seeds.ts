import { checkLevel, type Interval } from './interval.js';
import { studentTQuantile } from './student-t.js';

/** One number measured with several seeds. */
export interface OverSeeds {
  /** Seeds. Stands beside the mean wherever that is shown. */
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation, divisor n − 1; null for one seed. */
  readonly sd: number | null;
  /** The t-interval of the mean over seeds; null for fewer than three. */
  readonly interval: Interval | null;
}

/** Fewer seeds than this give no interval: with two, its half-width would be nine standard deviations. */
export const FEWEST_SEEDS = 3;

/**
 * Mean, standard deviation and mean ± t·sd/√n over runs that differ in the seed alone. It says how much the seed matters, not
 * how much the choice of examples does.
 */
export function overSeeds(values: readonly number[], level = 0.95): OverSeeds {
  checkLevel(level);
  const n = values.length;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (n === 0 || wrong >= 0) {
    throw new RangeError(
      n === 0 ? 'There is no run to take the mean of.' : `Run ${wrong} has the score ${values[wrong]}.`,
    );
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, sd: null, interval: null };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  if (n < FEWEST_SEEDS) return { n, mean, sd, interval: null };
  const reach = (studentTQuantile((1 + level) / 2, n - 1) * sd) / Math.sqrt(n);
  return { n, mean, sd, interval: { low: mean - reach, high: mean + reach } };
}
