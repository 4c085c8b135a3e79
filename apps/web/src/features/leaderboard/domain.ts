import type { Row, Score } from './types';

/** The shares a column's bars span, both in [0, 1]. */
export interface Domain {
  readonly low: number;
  readonly high: number;
}

/**
 * The span of the intervals shown in column `index`, with a little air. The stock is left out when others are there: it
 * was not fine-tuned, lies far away, and would press all differences that matter into a few pixels.
 */
export function columnDomain(rows: readonly Row[], index: number): Domain {
  const tuned = rows.filter((row) => row.model.kind !== 'STOCK');
  const scores = (tuned.length > 0 ? tuned : rows).flatMap((row) => intervalOf(row.scores[index]?.metric) ?? []);
  if (scores.length === 0) return { low: 0, high: 1 };
  const low = Math.min(...scores.map((score) => score.low));
  const high = Math.max(...scores.map((score) => score.high));
  const air = Math.max((high - low) * 0.04, 0.001);
  return { low: Math.max(0, low - air), high: Math.min(1, high + air) };
}

/** A number with its interval; undefined for one that has none, which is shown without a bar. */
export function intervalOf(
  metric: Score['metric'] | undefined,
): { readonly value: number; readonly low: number; readonly high: number } | undefined {
  if (!metric || metric.low === null || metric.high === null) return undefined;
  return { value: metric.value, low: metric.low, high: metric.high };
}

/** Position of a fraction in the domain, in per cent of its width, clipped to it. */
export function position(value: number, domain: Domain): number {
  const width = domain.high - domain.low || 1;
  return Math.min(100, Math.max(0, ((value - domain.low) / width) * 100));
}
