import type { Predictions } from '../predictions.js';

/** One number of an evaluation, and what it means: the words stand in every protocol document. */
export interface Metric {
  readonly definition: string;
  readonly compute: (predictions: Predictions) => number;
}
