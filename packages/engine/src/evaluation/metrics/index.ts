import { brier } from './brier.js';
import { ece } from './ece.js';
import type { Metric } from './metric.js';
import { nll } from './nll.js';
import { top1 } from './top1.js';

export type MetricName = 'top1' | 'nll' | 'brier' | 'ece';

/** The metrics of every evaluation. */
export const metrics: { readonly [Name in MetricName]: Metric } = { top1, nll, brier, ece };
