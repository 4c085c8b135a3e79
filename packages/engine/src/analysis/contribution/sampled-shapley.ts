import { CancelledError } from '../../errors.js';
import { keyed } from '../../random/index.js';
import { type Interval, overSeeds } from '../../statistics/index.js';
import { AnalysisError } from '../errors.js';
import type { CoalitionValues } from './game.js';
import { leaveOneOut } from './leave-one-out.js';

export interface ShapleyOptions {
  readonly seed: number;
  /** Pairs of an order and its reverse, ≥ 3. Each costs at most 2·(k − 3) evaluations, fewer as coalitions come again. */
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
 * Shapley values from random orders: φ_i is the mean over the places of an order of what player i adds there. What it adds as the
 * first, f_i = v({i}) − v(∅), and as the last, l_i = v(N) − v(N∖{i}), is known from 2k + 1 evaluations, so only the places between
 * are sampled, as far as they differ from l_i. An order gives
 *
 *     y_i = (f_i + l_i)/k + (k−2)/k · l_i + [i stands between] · (gain_i − l_i),
 *
 * whose mean is φ_i, and what Σ y_i lacks of v(N) − v(∅) is shared out equally. Orders come in antithetic pairs, one and its
 * reverse. Unbiased; the values add up to v(N) − v(∅) up to rounding; exact for an additive game. Soups gain much by their first
 * ingredient and little by the later ones: there the first place, which comes up once in k orders, would leave plain means with errors
 * ten times as large, and with intervals that miss the truth every other time. Order p is the keyed permutation of (seed, 'shapley', p): more
 * pairs continue fewer.
 *
 * Sources: Castro, Gómez and Tejada, Polynomial calculation of the Shapley value based on sampling, 2009, and Improving polynomial
 * estimation of the Shapley value by stratified random sampling, 2017 (places as strata); Mitchell et al., Sampling permutations for
 * Shapley value estimation, JMLR 2022, arXiv:2104.12199, §3 (antithetic). The control l_i and the sharing out are ours.
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
  const ends = await gainsAtEnds(values, signal);
  const samples = Array.from({ length: values.players }, (): number[] => []);
  for (let pair = 0; pair < pairs; pair++) {
    const order = [...keyed(seed, 'shapley', pair).permutation(values.players)];
    const there = oneOrder(order, await gainsAlong(order, values, signal), ends);
    const back = oneOrder(order, await gainsAlong(order.toReversed(), values, signal), ends);
    for (const [player, found] of samples.entries()) found.push(((there[player] ?? 0) + (back[player] ?? 0)) / 2);
    onProgress?.(pair + 1, pairs);
  }
  return samples.map((found) => {
    const { mean, sd, interval } = overSeeds(found, level);
    return {
      value: mean,
      standardError: (sd ?? 0) / Math.sqrt(pairs),
      interval: interval ?? { low: mean, high: mean },
    };
  });
}

/** What each player adds as the first and as the last of all. */
interface EndGains {
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** v(N) − v(∅). */
  readonly total: number;
}

async function gainsAtEnds(values: CoalitionValues, signal: AbortSignal | undefined): Promise<EndGains> {
  const nobody = await values.of([]);
  const everybody = Array.from({ length: values.players }, (_, player) => player);
  const first: number[] = [];
  for (const player of everybody) {
    if (signal?.aborted) throw new CancelledError('The analysis');
    first.push((await values.of([player])) - nobody);
  }
  const last = await leaveOneOut(values, signal);
  return { first, last, total: (await values.of(everybody)) - nobody };
}

/** What one order tells of each player. An order and its reverse have the same two ends. */
function oneOrder(order: readonly number[], gains: readonly number[], { first, last, total }: EndGains): number[] {
  const players = order.length;
  const told = gains.map((gain, player) => {
    const [f, l] = [first[player] ?? 0, last[player] ?? 0];
    if (players === 1) return f;
    const between = order[0] !== player && order[players - 1] !== player;
    return (f + l + (players - 2) * l) / players + (between ? gain - l : 0);
  });
  const missing = total - told.reduce((sum, value) => sum + value, 0);
  return told.map((value) => value + missing / players);
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
