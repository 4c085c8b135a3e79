import type { Interval } from './interval.js';
import { FEWEST_SEEDS, overSeeds } from './over-seeds.js';
import { pairedT } from './paired-t.js';

/** Two methods measured with the same seeds: the first less the second. */
export interface PairedOverSeeds {
  /** Seeds that both were measured with. */
  readonly n: number;
  /** Mean of the differences. */
  readonly difference: number;
  /** Standard deviation of the differences, divisor n − 1; null for one seed. */
  readonly sd: number | null;
  /** The t-interval of the mean difference; null for fewer than three seeds. */
  readonly interval: Interval | null;
  /** Of Student's paired test, two-sided, of a true mean of 0; null with the interval. */
  readonly p: number | null;
}

/**
 * The mean difference of two methods over seeds that both share, with its t-interval: what a seed does to both alike, the
 * ingredients that happened to turn out well, cancels.
 *
 * @param differences one a seed, at least one, finite
 */
export function pairedOverSeeds(differences: readonly number[], level = 0.95): PairedOverSeeds {
  const { n, mean, sd, interval } = overSeeds(differences, level);
  return { n, difference: mean, sd, interval, p: n < FEWEST_SEEDS ? null : pairedT(differences, level).p };
}
