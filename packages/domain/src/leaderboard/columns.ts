import type { Tx } from '@stockpot/db';
import { loadBenchmarks } from '../benchmarks/load.js';
import type { Benchmark } from '../benchmarks/types.js';

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
