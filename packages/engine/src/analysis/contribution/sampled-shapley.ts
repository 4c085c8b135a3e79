import { CancelledError } from '../../errors.js';
import { keyed } from '../../random/index.js';
import { type Interval, overSeeds } from '../../statistics/index.js';
import { AnalysisError } from '../errors.js';
import type { CoalitionValues } from './game.js';

export interface ShapleyOptions {
  readonly seed: number;
  /** Pairs of an order and its reverse, ≥ 3. Each costs at most 2·k − 1 evaluations, fewer as coalitions come again. */
  readonly pairs: number;
  /** Confidence level of the intervals, 0.95 when left out. */
  readonly level?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The contribution of one player, as far as sampling knows it. */
export interface ShapleyEstimate {
  readonly value: number;
  /** Standard error over pairs: sd/√pairs. 0 where every order says the same. */
  readonly standardError: number;
  /** Student's t interval over pairs. It covers the sampling of orders only, not that of the examples scored on. */
  readonly interval: Interval;
}

/**
 * Shapley values from random orders: φ_i is the mean over orders of what player i adds to those before it. Orders come in
 * antithetic pairs, one and its reverse: who came late comes early, which cancels most of what depends on the number of
 * players before (exactly, for a game of pairwise interactions). Unbiased; within each order, and so in the estimate, the
 * values add up to v(N) − v(∅) up to rounding. Order p is the keyed permutation of (seed, 'shapley', p): more pairs continue fewer.
 *
 * Sources: Castro, Gómez and Tejada, Polynomial calculation of the Shapley value based on sampling, 2009; Mitchell et al.,
 * Sampling permutations for Shapley value estimation, JMLR 2022, arXiv:2104.12199, §3 (antithetic).
 *
 * @returns [players]
 */
export async function sampledShapley(
  values: CoalitionValues,
  { seed, pairs, level = 0.95, signal, onProgress }: ShapleyOptions,
): Promise<ShapleyEstimate[]> {
  if (!Number.isInteger(pairs) || pairs < 3) {
    throw new AnalysisError(
      `Shapley values from ${pairs} pairs of orders have no interval.`,
      'Sample 3 pairs or more.',
    );
  }
  const samples = Array.from({ length: values.players }, (): number[] => []);
  for (let pair = 0; pair < pairs; pair++) {
    const order = [...keyed(seed, 'shapley', pair).permutation(values.players)];
    const there = await gainsAlong(order, values, signal);
    const back = await gainsAlong(order.toReversed(), values, signal);
    for (const [player, gains] of samples.entries()) gains.push(((there[player] ?? 0) + (back[player] ?? 0)) / 2);
    onProgress?.(pair + 1, pairs);
  }
  return samples.map((gains) => {
    const { mean, sd, interval } = overSeeds(gains, level);
    return {
      value: mean,
      standardError: (sd ?? 0) / Math.sqrt(pairs),
      interval: interval ?? { low: mean, high: mean },
    };
  });
}

/** What each player adds when the players come in this order, by player. */
export async function gainsAlong(
  order: readonly number[],
  values: CoalitionValues,
  signal?: AbortSignal,
): Promise<number[]> {
  const gains = Array.from(order, () => 0);
  let before = await values.of([]);
  for (const [place, player] of order.entries()) {
    if (signal?.aborted) throw new CancelledError('The analysis');
    const after = await values.of(order.slice(0, place + 1));
    gains[player] = after - before;
    before = after;
  }
  return gains;
}
