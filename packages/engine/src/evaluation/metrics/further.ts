import { adaptiveEce } from './adaptive-ece.js';
import type { Metric } from './metric.js';
import { top5 } from './top5.js';

export type FurtherMetricName = 'top5' | 'adaptiveEce';

/** Metrics of predictions that are computed on demand. They are not in evaluation documents, whose bytes stay as they are. */
export const furtherMetrics: { readonly [Name in FurtherMetricName]: Metric } = { top5, adaptiveEce };
