import { incompleteBetaInverse } from './incomplete-beta.js';
import { checkLevel, type Interval } from './interval.js';

/**
 * The exact interval of C. J. Clopper and E. S. Pearson (Biometrika 26, 1934) for a share of `right` among n: the shares that
 * neither tail of the binomial test rejects at (1 − level)/2. Its coverage is at least `level`, and usually more; Wilson's is
 * narrower and has it on average.
 *
 * @param right a whole number in [0, n]
 * @param n independent examples, at least 1
 */
export function clopperPearson(right: number, n: number, level = 0.95): Interval {
  checkLevel(level);
  if (!Number.isInteger(n) || n < 1 || !Number.isInteger(right) || right < 0 || right > n) {
    throw new RangeError(`No exact interval for ${right} right of ${n}: both must be counts, n at least 1.`);
  }
  const tail = (1 - level) / 2;
  return {
    low: right === 0 ? 0 : incompleteBetaInverse(tail, right, n - right + 1),
    // The upper end is one less the lower end of the wrong ones, which keeps the digits of a share near 1.
    high: right === n ? 1 : 1 - incompleteBetaInverse(tail, n - right, right + 1),
  };
}
