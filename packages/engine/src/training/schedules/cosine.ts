import { type Schedule, type ScheduleOptions, warmedUp } from './schedule.js';

/**
 * Warm-up, then a half cosine that begins at the peak and reaches `floor` (0) one step after the last:
 * floor + (peak − floor)·½(1 + cos(π·(s − warmup)/(steps − warmup))).
 */
export function warmupCosine(options: ScheduleOptions & { readonly floor?: number }): Schedule {
  const { peak, steps, floor = 0 } = options;
  return warmedUp(options, (step, warmup) => {
    const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
    return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
  });
}
