/** The learning rate of every step of a training. */
export interface Schedule {
  readonly steps: number;
  /** The rate that step `step` (from 0) is taken with. */
  at(step: number): number;
}

/** What every schedule is told. */
export interface ScheduleOptions {
  /** The highest rate, reached at the end of the warm-up. */
  readonly peak: number;
  readonly steps: number;
  /** A whole number, at most `steps` of which are used. */
  readonly warmupSteps: number;
}

/**
 * Linear warm-up, then a curve of its own. Warm-up step s takes (s + 1) / warmup of the peak, as the soups paper's trainer
 * does, so that no step is wasted at rate 0 and the last one has the peak.
 *
 * @param after the rate of a step after the warm-up, which had `warmup` steps
 */
export function warmedUp(
  { peak, steps, warmupSteps }: ScheduleOptions,
  after: (step: number, warmup: number) => number,
): Schedule {
  const warmup = Math.min(steps, warmupSteps);
  return { steps, at: (step) => (step < warmup ? (peak * (step + 1)) / warmup : after(step, warmup)) };
}
