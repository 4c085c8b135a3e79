import type { ScoreFieldsFragment } from '@/gql/graphql';

export type BenchmarkInfo = ScoreFieldsFragment['benchmark'];

/** An evaluation whose examples are right or wrong: it has a top-1 and its interval. */
export type Classified<E extends ScoreFieldsFragment = ScoreFieldsFragment> = E & {
  readonly top1: number;
  readonly top1Low: number;
  readonly top1High: number;
};

function isClassified<E extends ScoreFieldsFragment>(evaluation: E): evaluation is Classified<E> {
  return evaluation.top1 !== null && evaluation.top1Low !== null && evaluation.top1High !== null;
}

/** The benchmarks that any of these evaluations was taken on: those that report first, then those that choose. */
export function benchmarksOf(evaluations: readonly ScoreFieldsFragment[]): BenchmarkInfo[] {
  const byId = new Map(evaluations.map((evaluation) => [evaluation.benchmark.id, evaluation.benchmark]));
  return [...byId.values()].sort(byPlace);
}

type Placed = Pick<BenchmarkInfo, 'name' | 'role' | 'corruptions' | 'protocolName'>;

/** The order in which benchmarks are shown: plain answers to clean images, corrupted ones, other protocols, last what models are chosen on. */
export function byPlace(a: Placed, b: Placed): number {
  const place = ({ role, corruptions, protocolName }: Placed) =>
    role === 'SELECTION' ? 3 : corruptions ? 1 : protocolName == null ? 0 : 2;
  return place(a) - place(b) || a.name.localeCompare(b.name);
}

/** Those of the benchmarks on which examples are right or wrong: what models are compared by example by example. */
export function classifiedBenchmarks(evaluations: readonly ScoreFieldsFragment[]): BenchmarkInfo[] {
  return benchmarksOf(evaluations.filter(isClassified));
}

/** The evaluation with a top-1 on a benchmark. */
export function scoreOn<E extends ScoreFieldsFragment>(
  evaluations: readonly E[],
  benchmark: string,
): Classified<E> | undefined {
  return evaluations.filter(isClassified).find((evaluation) => evaluation.benchmark.id === benchmark);
}
