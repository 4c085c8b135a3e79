import { AnalysisError } from '../errors.js';
import type { SquareMatrix } from '../square.js';
import { ensembleGain } from './ensemble-gain.js';

/** What diversity lets one hope of a uniform soup. Nothing here was fitted to anything. */
export interface PredictedGain {
  /**
   * The soup's gain in NLL over the mean of its ingredients if the soup answered as their logit ensemble does, nats, ≥ 0.
   * Exact for the ensemble, and for the soup where logits are linear in the weights between the ingredients.
   */
  readonly logLikelihood: number;
  /**
   * Spread of the ingredients around their mean, as a share of their distance from the stock:
   * 1 − ‖mean τ‖²/mean‖τ‖², in [0, (k−1)/k] for τ at right or sharper angles. For two of equal length it is sin²(φ/2), φ the
   * angle at the stock. 0 for equal ingredients; null where none moved, and without a stock.
   */
  readonly spread: number | null;
}

/**
 * The soup gain that diversity predicts. `logLikelihood` assumes that the soup is its ensemble (Wortsman et al. 2022, §4: true
 * to second order in the distance); `spread` is what a loss that is the same parabola in all directions would gain, in units of
 * that parabola: mean L(θ_i) − L(mean θ) = h/2 · spread · mean‖τ‖². More spread means more to gain only while the ingredients
 * share a basin.
 *
 * What it is not: no forecast of an accuracy, no verdict, no substitute for an evaluation. It was not calibrated on any pool;
 * it knows nothing of barriers (an ingredient that diverged has a large spread and ruins the soup), of how good the ingredients are
 * one by one, or of other data than the examples given. Use it to rank pairs or pools of one stock before paying for evaluations,
 * beside the barrier.
 *
 * @param members logits [n, classes] of each ingredient on the same examples
 * @param products inner products τ_i·τ_j of the ingredients' ways from the stock, k × k; null without a stock
 */
export function predictedGain(
  members: readonly ArrayLike<number>[],
  classes: number,
  products: SquareMatrix | null,
): PredictedGain {
  if (products !== null && products.length !== members.length) {
    throw new AnalysisError(
      `Logits of ${members.length} models came with the geometry of ${products.length}.`,
      'Give both of the same ingredients in the same order.',
    );
  }
  return { logLikelihood: ensembleGain(members, classes), spread: products === null ? null : spreadAtStock(products) };
}

/** 1 − ‖mean τ‖²/mean‖τ‖² from the inner products of the ways from the stock; null where none moved. */
export function spreadAtStock(products: SquareMatrix): number | null {
  const k = products.length;
  const ofMean = products.flat().reduce((sum, product) => sum + product, 0) / (k * k);
  const meanOf = products.reduce((sum, row, index) => sum + (row[index] ?? 0), 0) / k;
  return meanOf > 0 ? Math.max(0, 1 - ofMean / meanOf) : null;
}
