import { and, artifacts, asc, eq, inArray, metricSeries, type SQL, stepOutputs, steps, type Tx } from '@stockpot/db';
import type { Step } from './types.js';

/** Steps of one lab in the order of their plans, with their series and artifacts: three statements, however many. */
export async function loadSteps(tx: Tx, labId: string, where: SQL | undefined): Promise<Step[]> {
  const rows = await tx
    .select()
    .from(steps)
    .where(and(eq(steps.labId, labId), where))
    .orderBy(asc(steps.runId), asc(steps.position))
    .limit(100_000);
  const series = await seriesOf(
    tx,
    labId,
    rows.map((row) => row.id),
  );
  const outputs = await outputsOf(tx, labId, rows);
  return rows.map((row) => {
    const { workerId: _w, leaseEpoch: _l, progressDone: done, progressTotal: total, progressUnit: unit, ...rest } = row;
    const { progressRate: rate, ...step } = rest;
    return {
      ...step,
      progress: done === null || total === null || unit === null ? null : { done, total, unit, rate },
      series: series.get(row.id) ?? [],
      artifacts: isDone(row) ? (outputs.get(row.key ?? '') ?? []) : [],
    };
  });
}

type Row = typeof steps.$inferSelect;

function isDone(row: Row): boolean {
  return row.status === 'succeeded' || row.status === 'reused';
}

async function seriesOf(tx: Tx, labId: string, stepIds: readonly string[]): Promise<Map<string, string[]>> {
  if (stepIds.length === 0) return new Map();
  const rows = await tx
    .select({ stepId: metricSeries.stepId, name: metricSeries.name })
    .from(metricSeries)
    .where(and(eq(metricSeries.labId, labId), inArray(metricSeries.stepId, [...stepIds])))
    .orderBy(asc(metricSeries.name));
  const found = new Map<string, string[]>();
  for (const { stepId, name } of rows) found.set(stepId, [...(found.get(stepId) ?? []), name]);
  return found;
}

/** Key → outputs by name. */
async function outputsOf(
  tx: Tx,
  labId: string,
  rows: readonly Row[],
): Promise<Map<string, Step['artifacts'][number][]>> {
  const keys = [...new Set(rows.filter(isDone).flatMap((row) => row.key ?? []))];
  const found = new Map<string, Step['artifacts'][number][]>();
  if (keys.length === 0) return found;
  const outputs = await tx
    .select({
      key: stepOutputs.key,
      output: stepOutputs.output,
      artifact: { hash: artifacts.hash, bytes: artifacts.bytes, mediaType: artifacts.mediaType },
    })
    .from(stepOutputs)
    .innerJoin(artifacts, and(eq(artifacts.labId, stepOutputs.labId), eq(artifacts.id, stepOutputs.artifactId)))
    .where(and(eq(stepOutputs.labId, labId), inArray(stepOutputs.key, keys)))
    .orderBy(asc(stepOutputs.output));
  for (const { key, ...output } of outputs) found.set(key, [...(found.get(key) ?? []), output]);
  return found;
}
