import type { Predictions } from '../predictions.js';

/**
 * What a number counts in. `share`: of 1, shown in per cent. `percent`: of a reference model's, already times 100. `nats`: of
 * negative log-likelihood. `number`: a pure number such as a correlation, a Brier score or a temperature.
 */
export type MetricUnit = 'share' | 'percent' | 'nats' | 'number';

/** What a number of an evaluation is, and what it means: the definition stands in the protocol documents. */
export interface MetricRow {
  /** As a heading has it: 'top-5'. */
  readonly title: string;
  readonly unit: MetricUnit;
  /** Both ends belong to it; null where there is none. */
  readonly range: readonly [low: number | null, high: number | null];
  /** Null for what is neither good nor bad, such as a temperature. */
  readonly better: 'higher' | 'lower' | null;
  /** The formula in words, with its source. */
  readonly definition: string;
  /** For a share of independent examples: it has an interval of Wilson on the n of its evaluation. */
  readonly counted?: true;
  /** What stands behind the colon of its names, where it has several: 'corruption' for `ce:fog`. */
  readonly per?: string;
}

/** A number that predictions alone determine; null, where its type allows it, for predictions that do not define it. */
export interface Metric<Value extends number | null = number> extends MetricRow {
  readonly compute: (predictions: Predictions) => Value;
}
