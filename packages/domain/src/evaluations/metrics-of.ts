import { evaluations } from '@stockpot/db';
import { inTableOrder, metricNamed } from '@stockpot/engine/metrics';
import { wilsonInterval } from '@stockpot/engine/statistics';
import type { EvaluationMetric, MetricInfo } from './types.js';

/** The numbers that have a column of their own, by their names in the table of metrics. */
interface CoreNumbers {
  readonly n: number;
  readonly top1: number | null;
  readonly nll: number | null;
  readonly ece: number | null;
  readonly brier: number | null;
  readonly meanCorruptionError: number | null;
}

/** What `metricsOf` reads, as columns of a query. */
export const numberColumns = {
  n: evaluations.n,
  top1: evaluations.top1,
  nll: evaluations.nll,
  ece: evaluations.ece,
  brier: evaluations.brier,
  meanCorruptionError: evaluations.meanCorruptionError,
  further: evaluations.further,
};

/** All numbers of an evaluation, each with what the table of metrics says of it, in the table's order. */
export function metricsOf(
  { n, top1, nll, ece, brier, meanCorruptionError }: CoreNumbers,
  further: Readonly<Record<string, number>>,
): EvaluationMetric[] {
  const values: Readonly<Record<string, number | null>> = { ...further, top1, nll, ece, brier, meanCorruptionError };
  return inTableOrder(Object.keys(values)).flatMap((name) => {
    const value = values[name];
    const info = metricInfo(name);
    if (value === null || value === undefined || info === undefined) return [];
    const interval = metricNamed(name)?.counted === true ? wilsonInterval(value * n, n) : null;
    return [{ ...info, value, low: interval?.low ?? null, high: interval?.high ?? null }];
  });
}

/** What a name of the table of metrics means; undefined for any other. */
export function metricInfo(name: string): MetricInfo | undefined {
  const row = metricNamed(name);
  if (row === undefined) return undefined;
  const { title, unit, better, definition } = row;
  return { name, title, unit, better, definition };
}
