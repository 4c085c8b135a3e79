import { type Schedule, type ScheduleOptions, warmedUp } from './schedule.js';

/** Warm-up, then the peak to the end. */
export function warmupConstant(options: ScheduleOptions): Schedule {
  return warmedUp(options, () => options.peak);
}
