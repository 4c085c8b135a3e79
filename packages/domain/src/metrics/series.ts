import { and, eq, inArray, metricQueries, metricSeries } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { type MetricSeries, seriesInput } from './types.js';

/** Curves of a step, in the order asked for; one that was never written has empty columns. */
export const series = defineVerb({
  name: 'metrics.series',
  effect: 'read',
  policy: reader(labOf('step', 'steps', (input: { step: string }) => input.step)),
  input: seriesInput,
  async run(tx, ctx: LabGrant, input): Promise<readonly MetricSeries[]> {
    const labId = ctx.lab.id;
    const rows = await tx
      .select({ id: metricSeries.id, name: metricSeries.name })
      .from(metricSeries)
      .where(
        and(
          eq(metricSeries.labId, labId),
          eq(metricSeries.stepId, input.step),
          inArray(metricSeries.name, input.series),
        ),
      );
    const ids = new Map(rows.map((row) => [row.name, row.id]));
    const found: MetricSeries[] = [];
    for (const name of input.series) {
      const id = ids.get(name);
      const read =
        id === undefined
          ? { steps: [], values: [], points: 0 }
          : await metricQueries.readSeries(tx, labId, id, input.maxPoints);
      found.push({ stepId: input.step, series: name, ...read, downsampled: read.points > read.steps.length });
    }
    return found;
  },
});
