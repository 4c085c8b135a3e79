/** @file What a server or a browser may know of evaluations: the table of metrics, nothing that opens a file or a network. */
export type { Metric, MetricRow, MetricUnit } from './metrics/metric.js';
export {
  inTableOrder,
  isMetricValue,
  metricNamed,
  metricTable,
  type NamedMetric,
  type TableName,
} from './metrics/table.js';
export { worstCell } from './robustness/corruption-error.js';
