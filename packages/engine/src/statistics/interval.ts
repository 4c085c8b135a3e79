/** The two ends of an interval, low ≤ high. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Throws RangeError unless `level` is a confidence level such as 0.95. */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`${level} is no confidence level: give a number between 0 and 1, such as 0.95.`);
  }
}
