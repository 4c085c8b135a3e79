import { metrics } from '../../evaluation/metrics/index.js';
import type { Predictions } from '../../evaluation/predictions.js';
import type { Shares } from './shares.js';

/** How badly a model does on some examples: both are better when lower. */
export interface Score {
  /** Mean negative log-likelihood, nats, ≥ 0. */
  readonly loss: number;
  /** 1 − top-1 accuracy, in 0 … 1. */
  readonly error: number;
}

/** Scores a mixture of a pool's ingredients. With a closed form in place of a model, every analysis can be tested. */
export type ScoreMixture = (shares: Shares) => Promise<Score>;

/** Loss and error of a model's answers. */
export function scoreOf(predictions: Predictions): Score {
  return { loss: metrics.nll.compute(predictions), error: 1 - metrics.top1.compute(predictions) };
}
