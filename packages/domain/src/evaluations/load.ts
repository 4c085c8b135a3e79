import { and, asc, eq, evaluations, inArray, type Tx } from '@stockpot/db';
import { wilsonInterval } from '@stockpot/engine/statistics';
import type { CorruptionGrid, Evaluation } from './types.js';

// Everything but the bitmap, which is large and rarely wanted.
const columns = {
  id: evaluations.id,
  labId: evaluations.labId,
  modelId: evaluations.modelId,
  benchmarkId: evaluations.benchmarkId,
  n: evaluations.n,
  top1: evaluations.top1,
  nll: evaluations.nll,
  ece: evaluations.ece,
  brier: evaluations.brier,
  forwardPasses: evaluations.forwardPasses,
  seconds: evaluations.seconds,
  spent: evaluations.spent,
  meanCorruptionError: evaluations.meanCorruptionError,
  runId: evaluations.runId,
  createdAt: evaluations.createdAt,
  cellCorruption: evaluations.cellCorruption,
  cellSeverity: evaluations.cellSeverity,
  cellN: evaluations.cellN,
  cellTop1: evaluations.cellTop1,
};

/** Evaluations of one lab, oldest first, without their bitmaps. */
export async function loadEvaluations(
  tx: Tx,
  labId: string,
  which: { readonly ids: readonly string[] } | { readonly modelIds: readonly string[] },
): Promise<Evaluation[]> {
  const column = 'ids' in which ? evaluations.id : evaluations.modelId;
  const ids = 'ids' in which ? which.ids : which.modelIds;
  if (ids.length === 0) return [];
  const rows = await tx
    .select(columns)
    .from(evaluations)
    .where(and(eq(evaluations.labId, labId), inArray(column, [...ids])))
    .orderBy(asc(evaluations.createdAt), asc(evaluations.id));
  return rows.map(({ cellCorruption, cellSeverity, cellN, cellTop1, ...row }) => {
    const { low, high } = wilsonInterval(row.top1 * row.n, row.n);
    return { ...row, top1Low: low, top1High: high, cells: grid(cellCorruption, cellSeverity, cellN, cellTop1) };
  });
}

function grid(
  corruption: string[] | null,
  severity: number[] | null,
  n: number[] | null,
  top1: number[] | null,
): CorruptionGrid | null {
  if (corruption === null || severity === null || n === null || top1 === null) return null;
  return { corruption, severity, n, top1 };
}
