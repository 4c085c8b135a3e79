import { checkLevel, type Interval } from './interval.js';
import { studentT, studentTQuantile } from './student-t.js';

/** Differences are equal that are apart by less than this part of them: no two measurements agree so far by chance. */
const EQUAL = 1e-9;

export interface PairedT extends Interval {
  /** The mean of the differences. */
  readonly difference: number;
  /** Two-sided, of a true mean of 0. */
  readonly p: number;
}

/**
 * The mean of n independent differences with its t-interval and the p-value of Student's paired test. For the difference of two
 * accuracies on images that are each scored in many versions: the images are independent, their versions are not, so one
 * difference an image goes in. Differences that are all equal have no spread to go by: p is then the sign test's.
 *
 * @param differences at least 2
 */
export function pairedT(differences: ArrayLike<number>, level = 0.95): PairedT {
  checkLevel(level);
  const n = differences.length;
  if (n < 2) throw new RangeError(`${n} differences have no spread: there must be at least 2.`);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += differences[i] ?? 0;
  const difference = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((differences[i] ?? 0) - difference) ** 2;
  // Equal differences of scores are apart by the rounding of these: no spread that could be gone by.
  const equal = squares <= n * (EQUAL * difference) ** 2;
  const { error, p } = studentOf({ n, difference, variance: equal ? 0 : squares / (n - 1) });
  return { difference, ...studentInterval({ n, difference, error }, level), p };
}

/** The standard error of the mean of n ≥ 2 differences, and the p-value of a true mean of 0, from their variance. */
export function studentOf(of: { readonly n: number; readonly difference: number; readonly variance: number }) {
  const { n, difference, variance } = of;
  if (variance === 0) return { error: 0, p: difference === 0 ? 1 : 2 ** (1 - n) };
  const error = Math.sqrt(variance / n);
  return { error, p: Math.min(1, 2 * studentT(-Math.abs(difference) / error, n - 1)) };
}

/** Student's interval of the mean of n ≥ 2 differences; without width where the error is 0. */
export function studentInterval(
  { n, difference, error }: { readonly n: number; readonly difference: number; readonly error: number },
  level: number,
): Interval {
  if (error === 0) return { low: difference, high: difference };
  const reach = studentTQuantile((1 + level) / 2, n - 1) * error;
  return { low: difference - reach, high: difference + reach };
}
