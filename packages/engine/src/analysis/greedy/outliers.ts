/** Deviations from the median, in units of a normal distribution's standard deviation, beyond which a value is an outlier. */
const FAR = 3;
/** 1/Φ⁻¹(¾): makes the median absolute deviation of a normal distribution its standard deviation. */
const MAD_TO_SD = 1.482602218505602;

/**
 * The values that lie far above the others on a logarithmic scale: more than three scaled median absolute deviations, and more than a
 * factor of three, above the median. The factor keeps a pool of nearly equal values from having outliers.
 *
 * Source: Hampel's identifier (Davies and Gather, The identification of multiple outliers, JASA 88, 1993), with the factor added here.
 *
 * @param values above 0
 * @returns their places, ascending
 */
export function highOutliers(values: readonly number[]): number[] {
  const logs = values.map(Math.log);
  const middle = median(logs);
  const deviation = MAD_TO_SD * median(logs.map((log) => Math.abs(log - middle)));
  const bar = middle + Math.max(FAR * deviation, Math.log(FAR));
  return [...logs.keys()].filter((index) => (logs[index] ?? 0) > bar);
}

/** The middle value; the mean of the middle two of an even number. Of an empty list NaN. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return Number.isInteger(half)
    ? ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2
    : (sorted[Math.floor(half)] ?? Number.NaN);
}
