import { and, eq, metricQueries, metricSeries, newId, notify, steps, type Tx } from '@stockpot/db';
import { notFound } from '../errors.js';
import { mustHold, stepIs } from '../steps/claim.js';
import { defineVerb } from '../verb/define-verb.js';
import { type WorkerLabGrant, workerOnRun } from '../verb/policy.js';
import { appendMetricsInput, type MetricsAppended } from './types.js';

/**
 * Stores a batch of points of one series. Once the call returns they are durable; sent again, they are stored once: a
 * batch is named by (step, series, attempt, first step).
 */
export const append = defineVerb({
  name: 'metrics.append',
  effect: 'telemetry',
  policy: workerOnRun(),
  input: appendMetricsInput,
  async run(tx, ctx: WorkerLabGrant, input): Promise<MetricsAppended> {
    const { labId } = ctx;
    const [step] = await tx
      .select()
      .from(steps)
      .where(stepIs(labId, input.runId, input.stepId))
      .for('share');
    if (step === undefined) throw notFound('step');
    mustHold(step, ctx);
    const { series, attempt, values, steps: at } = input;
    const seriesId = await seriesOf(tx, labId, step.id, series);
    const stored = await metricQueries.appendChunk(tx, { labId, seriesId, attempt, steps: at, values });
    if (stored) {
      const firstStep = at[0] ?? 0;
      await notify(tx, 'stockpot_metrics', { labId, runId: input.runId, step: step.id, series, attempt, firstStep });
    }
    return { stored };
  },
});

async function seriesOf(tx: Tx, labId: string, stepId: string, name: string): Promise<string> {
  const mine = and(eq(metricSeries.labId, labId), eq(metricSeries.stepId, stepId), eq(metricSeries.name, name));
  const [known] = await tx.select({ id: metricSeries.id }).from(metricSeries).where(mine);
  if (known !== undefined) return known.id;
  await tx
    .insert(metricSeries)
    .values({ labId, id: newId('series'), stepId, name })
    .onConflictDoNothing();
  const [row] = await tx.select({ id: metricSeries.id }).from(metricSeries).where(mine);
  if (row === undefined) throw new Error(`The series ${name} was not stored.`);
  return row.id;
}
