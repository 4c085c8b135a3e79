/** @file What a server or a browser may know of evaluations: the table of metrics and what answers cost, nothing that opens a file or a network. */
export {
  type AnswerCost,
  type AnswerTime,
  type CostSummary,
  costSummary,
  costsByModel,
  type ModelCost,
  modelCost,
  summedCost,
} from './cost/cost-document.js';
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
