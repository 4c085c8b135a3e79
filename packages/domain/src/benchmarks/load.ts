import { and, asc, benchmarks, eq, inArray, splits, type Tx } from '@stockpot/db';
import type { Benchmark } from './types.js';

/** Benchmarks of a lab with their split, by name; only the given ones when `ids` is. */
export async function loadBenchmarks(tx: Tx, labId: string, ids?: readonly string[]): Promise<Benchmark[]> {
  if (ids?.length === 0) return [];
  const rows = await tx
    .select({ benchmark: benchmarks, split: splits })
    .from(benchmarks)
    .innerJoin(splits, and(eq(splits.labId, benchmarks.labId), eq(splits.id, benchmarks.splitId)))
    .where(and(eq(benchmarks.labId, labId), ids === undefined ? undefined : inArray(benchmarks.id, [...ids])))
    .orderBy(asc(benchmarks.name), asc(benchmarks.id));
  return rows.map(({ benchmark, split }) => {
    const { artifactId: _, stepKey: __, splitId: ___, ...row } = benchmark;
    return { ...row, split };
  });
}
