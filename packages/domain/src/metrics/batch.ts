import { and, eq, metricChunks, metricSeries } from '@stockpot/db';
import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { type MetricSeries, metricBatchInput } from './types.js';

/** One batch of points as it was appended, not down-sampled: what a `stockpot_metrics` notification points at. */
export const batch = defineVerb({
  name: 'metrics.batch',
  effect: 'read',
  policy: reader(labOf('step', 'steps', (input: { step: string }) => input.step)),
  input: metricBatchInput,
  async run(tx, ctx: LabGrant, input): Promise<MetricSeries> {
    const [row] = await tx
      .select({ steps: metricChunks.steps, values: metricChunks.values })
      .from(metricSeries)
      .innerJoin(
        metricChunks,
        and(eq(metricChunks.labId, metricSeries.labId), eq(metricChunks.seriesId, metricSeries.id)),
      )
      .where(
        and(
          eq(metricSeries.labId, ctx.lab.id),
          eq(metricSeries.stepId, input.step),
          eq(metricSeries.name, input.series),
          eq(metricChunks.attempt, input.attempt),
          eq(metricChunks.firstStep, input.firstStep),
        ),
      );
    if (row === undefined) throw notFound('batch of points');
    return { stepId: input.step, series: input.series, ...row, points: row.steps.length, downsampled: false };
  },
});
