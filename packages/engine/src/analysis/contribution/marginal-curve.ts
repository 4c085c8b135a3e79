import { CancelledError } from '../../errors.js';
import { keyed } from '../../random/index.js';
import { type Interval, overSeeds } from '../../statistics/index.js';
import { AnalysisError } from '../errors.js';
import type { CoalitionValues } from './game.js';

/** What the n-th ingredient is worth, and what n of them cost. */
export interface MarginalPoint {
  /** Ingredients in the soup, 1 … k. */
  readonly n: number;
  /** Mean worth of a soup of n that were drawn at random. */
  readonly worth: number;
  readonly worthInterval: Interval;
  /** Mean of what the n-th added to the n − 1 before it; of the first, over the baseline. */
  readonly gain: number;
  readonly gainInterval: Interval;
  /** Mean cost of n ingredients, in the unit of `costs`. */
  readonly cost: number;
  /** gain over the mean cost of one ingredient; null where ingredients cost nothing. */
  readonly gainPerCost: number | null;
}

export interface MarginalOptions {
  readonly seed: number;
  /** Random orders, ≥ 3: at most orders·k evaluations, fewer as coalitions come again. */
  readonly orders: number;
  /** What each ingredient cost, ≥ 0, in any one unit: seconds, examples seen, FLOP. */
  readonly costs: readonly number[];
  readonly level?: number;
  readonly signal?: AbortSignal;
}

/**
 * The marginal value of the n-th ingredient against its cost: the mean over random orders of v(first n) and of
 * v(first n) − v(first n−1), with Student's t intervals over orders. They are those of drawing ingredients of this pool: near
 * n = k the orders hold nearly the same soups, and the interval shrinks to nothing at k for that reason alone. Order o is the
 * keyed permutation of (seed, 'marginal', o).
 *
 * @returns [k], by n
 */
export async function marginalCurve(
  values: CoalitionValues,
  { seed, orders, costs, level = 0.95, signal }: MarginalOptions,
): Promise<MarginalPoint[]> {
  const { players } = values;
  if (!Number.isInteger(orders) || orders < 3) {
    throw new AnalysisError(`A curve from ${orders} orders has no intervals.`, 'Draw 3 orders or more.');
  }
  if (costs.length !== players || !costs.every((cost) => Number.isFinite(cost) && cost >= 0)) {
    throw new AnalysisError(
      `The ${costs.length} costs ${costs.join(', ')} are not those of ${players} ingredients.`,
      'Give one cost of 0 or above for each.',
    );
  }
  const worths = Array.from({ length: players + 1 }, (): number[] => []);
  for (let one = 0; one < orders; one++) {
    const order = [...keyed(seed, 'marginal', one).permutation(players)];
    for (const [n, soFar] of worths.entries()) {
      if (signal?.aborted) throw new CancelledError('The analysis');
      soFar.push(await values.of(order.slice(0, n)));
    }
  }
  const each = costs.reduce((sum, cost) => sum + cost, 0) / players;
  return Array.from({ length: players }, (_, place) => {
    const now = worths[place + 1] ?? [];
    const gains = now.map((worth, order) => worth - (worths[place]?.[order] ?? 0));
    const worth = withInterval(now, level);
    const gain = withInterval(gains, level);
    return {
      n: place + 1,
      worth: worth.mean,
      worthInterval: worth.interval,
      gain: gain.mean,
      gainInterval: gain.interval,
      cost: each * (place + 1),
      gainPerCost: each === 0 ? null : gain.mean / each,
    };
  });
}

function withInterval(values: readonly number[], level: number): { mean: number; interval: Interval } {
  const { mean, interval } = overSeeds(values, level);
  return { mean, interval: interval ?? { low: mean, high: mean } };
}
