import { warmupConstant } from './constant.js';
import { warmupCosine } from './cosine.js';
import type { Schedule, ScheduleOptions } from './schedule.js';
import { warmupStep } from './step.js';

/** What a recipe may say of any schedule; what is left out is the schedule's own default. */
export interface ScheduleSettings {
  /** Last rate of the cosine. */
  readonly floor?: number;
  /** Shares of the training at which the rate of 'step' falls. */
  readonly milestones?: readonly number[];
  readonly gamma?: number;
}

/** Every schedule by the name that a recipe calls it: one file each, one interface, one table. */
export const schedules = {
  cosine: warmupCosine,
  constant: warmupConstant,
  step: ({ milestones = [], ...options }) => warmupStep({ milestones, ...options }),
} as const satisfies Readonly<Record<string, (options: ScheduleOptions & ScheduleSettings) => Schedule>>;

export type ScheduleName = keyof typeof schedules;
