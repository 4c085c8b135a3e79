import type { MetricFieldsFragment } from '@/gql/graphql';
import { percent, quantity } from '@/lib/format';

type Shown = Pick<MetricFieldsFragment, 'value' | 'unit'>;

/** A number of an evaluation as a cell has it: shares in per cent, all else as it is; a dash for none. */
export function metricText(metric: Shown | null | undefined): string {
  if (!metric) return '–';
  if (metric.unit === 'SHARE') return percent(metric.value);
  if (metric.unit === 'PERCENT') return metric.value.toFixed(1);
  return quantity(metric.value, 3);
}

/** Its 95 % interval, '97.1–98.2'; a dash for what has none. */
export function metricInterval(metric: Pick<MetricFieldsFragment, 'low' | 'high'> | null | undefined): string {
  if (!metric || metric.low === null || metric.high === null) return '–';
  return `${percent(metric.low)}–${percent(metric.high)}`;
}

/** What stands after the number where no heading says it. */
export function metricUnit({ unit }: Pick<MetricFieldsFragment, 'unit'>): string {
  return unit === 'SHARE' || unit === 'PERCENT' ? ' %' : unit === 'NATS' ? ' nats' : '';
}
