import { leaderboardQueries as queries, type Tx } from '@stockpot/db';
import { loadBenchmarks } from '../benchmarks/load.js';
import type { Benchmark } from '../benchmarks/types.js';
import { metricsOf } from '../evaluations/metrics-of.js';
import type { MetricInfo } from '../evaluations/types.js';

const COLUMN_LIMIT = 50;

/** What ranks comes first. */
const ORDER: Readonly<Record<Benchmark['role'], number>> = { test: 0, shift: 1, train: 2, unlabeled: 3, selection: 4 };

/** The columns of a lab's leaderboard: test before shift before the rest, selection last; the older first within. */
export async function leaderboardColumns(tx: Tx, labId: string): Promise<Benchmark[]> {
  const all = await loadBenchmarks(tx, labId);
  return all
    .sort(
      (a, b) =>
        ORDER[a.role] - ORDER[b.role] ||
        Number(a.corruptions !== null) - Number(b.corruptions !== null) ||
        a.createdAt.getTime() - b.createdAt.getTime() ||
        (a.id < b.id ? -1 : 1),
    )
    .slice(0, COLUMN_LIMIT);
}

/**
 * The numbers that evaluations on each benchmark hold. A protocol says which, so one evaluation tells for all; a temperature may
 * be missing where a model has no evaluation on a selection split.
 */
export async function columnMetrics(tx: Tx, labId: string, columns: readonly Benchmark[]): Promise<MetricInfo[][]> {
  const found = await queries.numbersOnBenchmarks(
    tx,
    labId,
    columns.map(({ id }) => id),
  );
  return columns.map(({ id }) => {
    const one = found.get(id);
    return one === undefined
      ? []
      : metricsOf(one, one.further).map(({ value: _, low: __, high: ___, ...info }): MetricInfo => info);
  });
}
