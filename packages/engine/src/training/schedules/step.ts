import { type Schedule, type ScheduleOptions, warmedUp } from './schedule.js';

/** A tenth at every milestone, as torch's `MultiStepLR` has it. */
export const STEP_GAMMA = 0.1;

/**
 * Warm-up, then the peak times `gamma` for every milestone that has passed, as torch's `MultiStepLR`.
 *
 * @param options.milestones shares of all steps, in 0 … 1: the rate falls at step round(share · steps)
 */
export function warmupStep(
  options: ScheduleOptions & { readonly milestones: readonly number[]; readonly gamma?: number },
): Schedule {
  const { peak, steps, milestones, gamma = STEP_GAMMA } = options;
  const falls = milestones.map((share) => Math.round(share * steps));
  return warmedUp(options, (step) => peak * gamma ** falls.filter((at) => at <= step).length);
}
