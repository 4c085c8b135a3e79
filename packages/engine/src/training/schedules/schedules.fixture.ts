/** @file What torch's schedulers gave, and how far a schedule of the table is from them. */
import { z } from 'zod';
import { readFixture } from '../../testing/oracle.fixture.js';
import { schedules } from './index.js';

const oracle = readFixture(new URL('../fixtures/schedules.json', import.meta.url), {
  peak: z.number(),
  steps: z.int(),
  cases: z.array(
    z.object({
      schedule: z.enum(['cosine', 'constant', 'step']),
      warmup: z.int(),
      settings: z.object({
        floor: z.number().optional(),
        milestones: z.array(z.number()).optional(),
        gamma: z.number().optional(),
      }),
      rates: z.array(z.number()),
    }),
  ),
});

export const scheduleCases = oracle.cases;

/** The largest relative difference of the rate of any step. */
export function scheduleDifference({ schedule, warmup, settings, rates }: (typeof oracle.cases)[number]): number {
  const { floor, milestones, gamma } = settings;
  const found = schedules[schedule]({
    peak: oracle.peak,
    steps: oracle.steps,
    warmupSteps: warmup,
    ...(floor === undefined ? {} : { floor }),
    ...(milestones === undefined ? {} : { milestones }),
    ...(gamma === undefined ? {} : { gamma }),
  });
  if (rates.length !== found.steps) return Number.POSITIVE_INFINITY;
  return Math.max(...rates.map((rate, step) => Math.abs(found.at(step) / rate - 1)));
}
