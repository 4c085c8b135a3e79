import { and, count, eq, inArray, runs, type SQL, steps, type Tx } from '@stockpot/db';
import type { Run, StepCounts } from './types.js';

interface RunPage {
  readonly where?: SQL | undefined;
  readonly orderBy?: readonly SQL[];
  readonly limit?: number;
}

/** Runs of one lab with their step counts: two statements, however many runs. */
export async function loadRuns(tx: Tx, labId: string, page: RunPage): Promise<Run[]> {
  const rows = await tx
    .select({
      id: runs.id,
      labId: runs.labId,
      recipeId: runs.recipeId,
      name: runs.name,
      status: runs.status,
      planHash: runs.planHash,
      seed: runs.seed,
      createdAt: runs.createdAt,
      startedAt: runs.startedAt,
      finishedAt: runs.finishedAt,
      cancelRequestedAt: runs.cancelRequestedAt,
      error: runs.error,
    })
    .from(runs)
    .where(and(eq(runs.labId, labId), page.where))
    .orderBy(...(page.orderBy ?? []))
    .limit(page.limit ?? 1000);
  const counts = await countSteps(
    tx,
    labId,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({ ...row, counts: counts.get(row.id) ?? NO_STEPS }));
}

export async function loadRun(tx: Tx, labId: string, id: string): Promise<Run | null> {
  const [run] = await loadRuns(tx, labId, { where: eq(runs.id, id) });
  return run ?? null;
}

const NO_STEPS: StepCounts = { total: 0, waiting: 0, running: 0, succeeded: 0, reused: 0, failed: 0, cancelled: 0 };

async function countSteps(tx: Tx, labId: string, runIds: readonly string[]): Promise<Map<string, StepCounts>> {
  const counts = new Map<string, StepCounts>();
  if (runIds.length === 0) return counts;
  const rows = await tx
    .select({ runId: steps.runId, status: steps.status, n: count() })
    .from(steps)
    .where(and(eq(steps.labId, labId), inArray(steps.runId, [...runIds])))
    .groupBy(steps.runId, steps.status);
  for (const { runId, status, n } of rows) {
    const sofar = counts.get(runId) ?? NO_STEPS;
    counts.set(runId, { ...sofar, [status]: n, total: sofar.total + n });
  }
  return counts;
}
