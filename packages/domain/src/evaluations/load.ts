import { and, asc, benchmarks, eq, evaluations, inArray, type SQL, type Tx } from '@stockpot/db';
import { worstCell } from '@stockpot/engine/metrics';
import { wilsonInterval } from '@stockpot/engine/statistics';
import { costAmong, loadCosts } from './cost.js';
import { metricsOf, numberColumns } from './metrics-of.js';
import type { CorruptionGrid, Evaluation } from './types.js';

// Everything but the bitmap, which is large and rarely wanted.
const columns = {
  id: evaluations.id,
  labId: evaluations.labId,
  modelId: evaluations.modelId,
  benchmarkId: evaluations.benchmarkId,
  ...numberColumns,
  forwardPasses: evaluations.forwardPasses,
  backwardPasses: evaluations.backwardPasses,
  seconds: evaluations.seconds,
  spent: evaluations.spent,
  transduction: evaluations.transduction,
  calibration: evaluations.calibration,
  runId: evaluations.runId,
  createdAt: evaluations.createdAt,
  cellCorruption: evaluations.cellCorruption,
  cellSeverity: evaluations.cellSeverity,
  cellN: evaluations.cellN,
  cellTop1: evaluations.cellTop1,
  headline: benchmarks.headline,
};

type Which = { readonly ids: readonly string[] } | { readonly modelIds: readonly string[] };

/** Evaluations of one lab, oldest first, without their bitmaps: two statements, however many they are. */
export async function loadEvaluations(tx: Tx, labId: string, which: Which): Promise<Evaluation[]> {
  if (Object.values(which).some((ids) => ids.length === 0)) return [];
  const rows = await tx
    .select(columns)
    .from(evaluations)
    .innerJoin(benchmarks, and(eq(benchmarks.labId, evaluations.labId), eq(benchmarks.id, evaluations.benchmarkId)))
    .where(and(eq(evaluations.labId, labId), conditionOf(which)))
    .orderBy(asc(evaluations.createdAt), asc(evaluations.id));
  const costs = await loadCosts(tx, labId, [...new Set(rows.map(({ modelId }) => modelId))]);
  return rows.map(({ cellCorruption, cellSeverity, cellN, cellTop1, further, headline, ...row }) => {
    const interval = row.top1 === null ? null : wilsonInterval(row.top1 * row.n, row.n);
    const metrics = metricsOf(row, further);
    const cells = grid(cellCorruption, cellSeverity, cellN, cellTop1);
    return {
      ...row,
      top1Low: interval?.low ?? null,
      top1High: interval?.high ?? null,
      cells,
      worstCell: cells === null || cells.top1.length === 0 ? null : worstCell(cells),
      metrics,
      headline: metrics.find(({ name }) => name === headline) ?? null,
      cost: costAmong(costs, row.modelId),
    };
  });
}

function conditionOf(which: Which): SQL {
  return 'ids' in which ? inArray(evaluations.id, [...which.ids]) : inArray(evaluations.modelId, [...which.modelIds]);
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
