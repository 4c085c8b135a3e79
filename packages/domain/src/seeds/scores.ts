import { and, eq, evaluations, inArray, type Tx } from '@stockpot/db';
import { metricNamed } from '@stockpot/engine/metrics';
import type { Interval } from '@stockpot/engine/statistics';
import type { Benchmark } from '../benchmarks/types.js';
import { metricsOf, numberColumns } from '../evaluations/metrics-of.js';
import type { MetricInfo } from '../evaluations/types.js';
import { leaderboardColumns } from '../leaderboard/columns.js';

/** The number that a benchmark is ordered by. */
export interface Score extends Pick<typeof evaluations.$inferSelect, 'spent'> {
  readonly value: number;
  readonly metric: MetricInfo;
}

export interface Scores {
  /** In the leaderboard's order; of benchmarks with one protocol the first stands for all, for they ask the same of the same examples. */
  readonly columns: readonly Benchmark[];
  /** The one that stands for a benchmark. */
  columnFor(benchmarkId: string): Benchmark | undefined;
  of(modelId: string, benchmarkId: string): Score | undefined;
}

/** What models score on each of a lab's benchmarks. */
export async function loadScores(tx: Tx, labId: string, modelIds: readonly string[]): Promise<Scores> {
  const all = modelIds.length === 0 ? [] : await leaderboardColumns(tx, labId);
  const byProtocol = new Map<string, Benchmark>();
  for (const column of all) if (!byProtocol.has(column.protocolHash)) byProtocol.set(column.protocolHash, column);
  const columnOf = new Map(all.map(({ id, protocolHash }) => [id, byProtocol.get(protocolHash)]));
  const rows =
    all.length === 0
      ? []
      : await tx
          .select({
            modelId: evaluations.modelId,
            benchmarkId: evaluations.benchmarkId,
            ...numberColumns,
            spent: evaluations.spent,
          })
          .from(evaluations)
          .where(and(eq(evaluations.labId, labId), inArray(evaluations.modelId, [...modelIds])));
  const found = new Map<string, Score>();
  for (const { modelId, benchmarkId, further, spent, ...core } of rows) {
    const column = columnOf.get(benchmarkId);
    const metric = metricsOf(core, further).find(({ name }) => name === column?.headline);
    if (column === undefined || metric === undefined) continue;
    const { value, low: _, high: __, ...info } = metric;
    found.set(`${modelId} ${column.id}`, { value, metric: info, spent });
  }
  return {
    columns: [...byProtocol.values()],
    columnFor: (benchmarkId) => columnOf.get(benchmarkId),
    of: (modelId, benchmarkId) => found.get(`${modelId} ${benchmarkId}`),
  };
}

/** Student's interval knows no ends; most numbers have two. */
export function withinRange<Given extends Interval | null>(interval: Given, metric: MetricInfo): Given {
  if (interval === null) return interval;
  const [low, high] = metricNamed(metric.name)?.range ?? [null, null];
  return {
    ...interval,
    low: Math.max(low ?? Number.NEGATIVE_INFINITY, interval.low),
    high: Math.min(high ?? Number.POSITIVE_INFINITY, interval.high),
  };
}
