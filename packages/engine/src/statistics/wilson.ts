/** The 97.5 % point of the standard normal distribution: two sides of 95 %. */
const Z_95 = 1.959963984540054;

/**
 * The interval of E. B. Wilson (1927) for a share of `right` among n: the shares p for which the observed one is not
 * rejected by the normal test at level 5 %. Unlike p̂ ± z·√(p̂(1−p̂)/n) it stays in [0, 1] and has width at p̂ = 0 and 1.
 *
 * @param right in [0, n]; of a corruption benchmark n times the mean share, which need not be whole
 * @param n independent examples, at least 1; of a corruption benchmark the distinct images, for the corrupted ones of one
 *   image are not independent
 */
export function wilsonInterval(right: number, n: number, z = Z_95): { low: number; high: number } {
  if (!(n >= 1) || !(right >= 0 && right <= n)) {
    throw new RangeError(`No interval for ${right} right of ${n}: both must be counts, n at least 1.`);
  }
  const share = right / n;
  const square = z * z;
  const centre = share + square / (2 * n);
  const reach = z * Math.sqrt((share * (1 - share)) / n + square / (4 * n * n));
  const scale = 1 + square / n;
  // At the ends the bound is exact, and the share lies in its own interval; the formula may miss both by a rounding.
  return {
    low: right === 0 ? 0 : Math.min(share, Math.max(0, (centre - reach) / scale)),
    high: right === n ? 1 : Math.max(share, Math.min(1, (centre + reach) / scale)),
  };
}
