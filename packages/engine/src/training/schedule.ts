/** The learning rate of every step of a training. */
export interface Schedule {
  readonly steps: number;
  /** The rate that step `step` (from 0) is taken with. */
  at(step: number): number;
}

/**
 * Linear warm-up, then a half cosine to `floor`. Warm-up step s takes (s + 1) / warmup of the peak, as the soups paper's
 * trainer does, so that no step is wasted at rate 0; the cosine begins at the peak and reaches `floor` one step after
 * the last: min + (peak − min)·½(1 + cos(π·(s − warmup)/(steps − warmup))).
 *
 * @param options.warmupSteps a whole number, at most `steps` of which are used.
 */
export function warmupCosine(options: { peak: number; steps: number; warmupSteps: number; floor?: number }): Schedule {
  const { peak, steps, floor = 0 } = options;
  const warmup = Math.min(steps, options.warmupSteps);
  return {
    steps,
    at: (step) => {
      if (step < warmup) return (peak * (step + 1)) / warmup;
      const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
      return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
    },
  };
}
