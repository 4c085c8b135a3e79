import { byPlace } from '@/features/scores/benchmarks';
import { metricText } from '@/features/scores/metric-text';
import type { MethodFieldsFragment } from '@/gql/graphql';
import { points } from '@/lib/format';

/** Fewer seeds than this have a mean and no interval. */
export const FEWEST_SEEDS = 3;

type Score = MethodFieldsFragment['scores'][number];
type Difference = MethodFieldsFragment['differences'][number];

/** The benchmarks that any of the methods has scores on. */
export function benchmarksOf(methods: readonly MethodFieldsFragment[]): Score['benchmark'][] {
  const byId = new Map(methods.flatMap(({ scores }) => scores.map(({ benchmark }) => [benchmark.id, benchmark])));
  return [...byId.values()].sort(byPlace);
}

export function scoreOn({ scores }: MethodFieldsFragment, benchmark: string): Score | undefined {
  return scores.find((score) => score.benchmark.id === benchmark);
}

export function differenceOn({ differences }: MethodFieldsFragment, benchmark: string): Difference | undefined {
  return differences.find((difference) => difference.benchmark.id === benchmark);
}

/** "+1.20 (0.41 to 1.98)": of shares in points. Without an interval how many seeds there are. */
export function differenceText({ difference, low, high, n, metric: { unit } }: Omit<Difference, 'benchmark'>): string {
  const text = (value: number) =>
    unit === 'SHARE'
      ? points(value)
      : metricText({ value, unit })
          .replace(/^-/, '−')
          .replace(/^(?=\d)/, '+');
  return `${text(difference)} (${low == null || high == null ? `${n} seeds` : `${text(low)} to ${text(high)}`})`;
}
