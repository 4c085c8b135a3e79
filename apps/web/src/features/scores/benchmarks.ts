import type { ScoreFieldsFragment } from '@/gql/graphql';

export type BenchmarkInfo = ScoreFieldsFragment['benchmark'];

/** The benchmarks that any of these evaluations was taken on: those that report first, then those that choose. */
export function benchmarksOf(evaluations: readonly ScoreFieldsFragment[]): BenchmarkInfo[] {
  const byId = new Map(evaluations.map((evaluation) => [evaluation.benchmark.id, evaluation.benchmark]));
  const place = (benchmark: BenchmarkInfo) => (benchmark.role === 'SELECTION' ? 2 : benchmark.corruptions ? 1 : 0);
  return [...byId.values()].sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
}

export function scoreOn<E extends ScoreFieldsFragment>(evaluations: readonly E[], benchmark: string): E | undefined {
  return evaluations.find((evaluation) => evaluation.benchmark.id === benchmark);
}
