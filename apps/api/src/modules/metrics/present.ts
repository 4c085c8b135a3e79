import type { MetricSeries as MetricSeriesRecord } from '@stockpot/domain';
import type { MetricSeries } from './types.js';

/** A curve as JSON can carry it: a diverged loss (NaN, an infinity) becomes null. */
export function presentSeries({ stepId, values, ...series }: MetricSeriesRecord): MetricSeries {
  return { ...series, step: stepId, values: values.map((value) => (Number.isFinite(value) ? value : null)) };
}
