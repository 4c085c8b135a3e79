import { adaptiveEce } from './adaptive-ece.js';
import { f1, macroF1, matthews, spearman } from './answers.js';
import type { Metric } from './metric.js';
import { top5 } from './top5.js';

export type FurtherMetricName = 'top5' | 'adaptiveEce' | 'f1' | 'macroF1' | 'matthews' | 'spearman';

/** What predictions determine besides the metrics of every evaluation; which of them are given depends on the benchmark. */
export const furtherMetrics = { top5, adaptiveEce, f1, macroF1, matthews, spearman } satisfies {
  readonly [Name in FurtherMetricName]: Metric<number | null>;
};
