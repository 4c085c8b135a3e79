import { z } from 'zod';
import { objectId } from '../page.js';

/** A curve as two columns of one length. */
export interface MetricSeries {
  /** Row id of the step. */
  readonly stepId: string;
  readonly series: string;
  /** Ascending. */
  readonly steps: readonly number[];
  /** May hold NaN and infinities: a diverged loss is a fact. JSON writers map them to null. */
  readonly values: readonly number[];
  /** Points stored; more than the columns' length when down-sampled. */
  readonly points: number;
  readonly downsampled: boolean;
}
export const seriesName = z.string().min(1).max(200);
export const seriesInput = z.object({
  /** Row id of a step, step_… */
  step: objectId,
  series: z.array(seriesName).min(1).max(20),
  /** At most so many points a series: each bucket's smallest and largest value. */
  maxPoints: z.number().int().min(2).max(10_000).default(1000),
});
/** One stored batch, as a `stockpot_metrics` notification names it. */
export const metricBatchInput = z.object({
  step: objectId,
  series: seriesName,
  attempt: z.number().int().min(1),
  firstStep: z.number().int().min(0),
});
const safe = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const appendMetricsInput = z
  .object({
    runId: objectId,
    /** The step's name in the plan. */
    stepId: z.string().min(1).max(400),
    series: seriesName,
    /** Which attempt at the step measured this, from 1. */
    attempt: z.number().int().min(1),
    /** Ascending, none twice. */
    steps: z.array(safe).min(1).max(100_000),
    values: z
      .array(z.union([z.number(), z.nan(), z.literal(Infinity), z.literal(-Infinity)]))
      .min(1)
      .max(100_000),
  })
  .refine((batch) => batch.steps.length === batch.values.length, 'steps and values must be of one length')
  .refine((batch) => batch.steps.every((step, i) => i === 0 || step > (batch.steps[i - 1] ?? -1)), 'steps must ascend');
export interface MetricsAppended {
  /** False when this very batch was there already. */
  readonly stored: boolean;
}
