import { FEWEST_POINTS } from '../../recipe/analysis-kinds/connectivity.js';
import { AnalysisError } from '../errors.js';

/** How far a quantity that is better when lower rises above the straight line between its values at two models. */
export interface Barrier {
  /** The largest excess of the grid, its ends included: ≥ 0, and 0 when the path never rises above the line. */
  readonly height: number;
  /** The λ of it; the smallest of equals. */
  readonly at: number;
  /** The largest excess strictly between the ends. Below 0 when every mixture is better than the line: souping gains. */
  readonly interior: number;
  /** excess(λ) at each point, 0 at both ends. */
  readonly excess: readonly number[];
  /** Linear mode connectivity on this grid: no mixture is worse than the line by more than `tolerance`. */
  readonly connected: boolean;
}

/**
 * The barrier between two models,
 *
 *     excess(λ) = L((1−λ)·θ_A + λ·θ_B) − (1−λ)·L(θ_A) − λ·L(θ_B),   barrier = max over λ of excess(λ),
 *
 * from L at λ = 0, 1/m, …, 1. The excess is computed as (1−λ)·(L(λ) − L(0)) + λ·(L(λ) − L(1)), so that it is exactly 0 at the
 * ends and for a path of equal values, and exactly the same seen from the other end. A maximum over a grid is a lower bound of
 * the barrier of the path.
 *
 * Source: Frankle et al., Linear mode connectivity and the lottery ticket hypothesis, ICML 2020, arXiv:1912.05671, §2; with the
 * line between the ends in place of their mean as Entezari et al. 2022, arXiv:2110.06296, definition 1.
 *
 * @param values [m + 1], m ≥ 10, finite; loss in nats, error in 0 … 1, or any other quantity that is better when lower
 * @param tolerance what still counts as connected, in the unit of the values; 0 or above
 */
export function barrier(values: readonly number[], tolerance = 0): Barrier {
  if (values.length < FEWEST_POINTS || !values.every(Number.isFinite)) {
    throw new AnalysisError(
      `A barrier was asked for from ${values.length} values (${values.filter((value) => !Number.isFinite(value)).length} of them not finite).`,
      `Give the finite values at ${FEWEST_POINTS} or more points of the path, both ends included.`,
    );
  }
  const last = values.length - 1;
  const from = values[0] ?? 0;
  const to = values[last] ?? 0;
  const excess = values.map((value, place) => ((last - place) * (value - from) + place * (value - to)) / last);
  const height = Math.max(...excess);
  return {
    height,
    at: excess.indexOf(height) / last,
    interior: Math.max(...excess.slice(1, -1)),
    excess,
    connected: height <= tolerance,
  };
}
