import { checkLevel, type Interval } from './interval.js';
import { normalQuantile } from './normal.js';
import type { PairedCounts } from './paired-counts.js';
import { wilsonInterval } from './wilson.js';

/**
 * The interval of the difference of two accuracies, first less second, on the same examples: method 10 of R. G. Newcombe,
 * "Improved confidence intervals for the difference between binomial proportions based on paired data" (Statistics in
 * Medicine 17, 1998). Wilson's intervals of both shares are combined by their squares, with the correlation of the pairs,
 * continuity-corrected where it is positive. In [−1, 1], and of positive width even where the models never differ.
 */
export function newcombeDifference(counts: PairedCounts, level = 0.95): Interval & { readonly difference: number } {
  checkLevel(level);
  const { both, onlyFirst, onlySecond, neither } = counts;
  const n = both + onlyFirst + onlySecond + neither;
  const z = normalQuantile(1 - (1 - level) / 2);
  const [first, second] = [both + onlyFirst, both + onlySecond];
  const [firstInterval, secondInterval] = [wilsonInterval(first, n, z), wilsonInterval(second, n, z)];
  const difference = (onlyFirst - onlySecond) / n;
  const phi = correlation(counts, n);
  const reach = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  return {
    difference,
    low: Math.max(-1, difference - reach(first / n - firstInterval.low, secondInterval.high - second / n)),
    high: Math.min(1, difference + reach(firstInterval.high - first / n, second / n - secondInterval.low)),
  };
}

function correlation({ both, onlyFirst, onlySecond, neither }: PairedCounts, n: number): number {
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  if (margins === 0) return 0;
  const product = both * neither - onlyFirst * onlySecond;
  const corrected = product > 0 ? Math.max(product - n / 2, 0) : product;
  return corrected / Math.sqrt(margins);
}
