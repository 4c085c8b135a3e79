import type { PairedCounts } from '../../statistics/index.js';
import { AnalysisError } from '../errors.js';

/** How differently two models err. A measure that divides by 0 is null: nothing can be said, which is not 0. */
export interface PairDiversity {
  /** Share of examples that exactly one of them gets right, 0 … 1. */
  readonly disagreement: number;
  /** Correlation φ of the two errors, −1 … 1; null when one model is always right or always wrong. */
  readonly errorCorrelation: number | null;
  /** Share of examples that both get wrong, 0 … 1. */
  readonly doubleFault: number;
  /** Yule's Q, −1 … 1: 0 for independent errors, −1 when no error is shared or no success is. */
  readonly q: number | null;
  /** Agreement of being right beyond chance, ≤ 1; 0 for independent errors of any rates. */
  readonly kappa: number | null;
  /**
   * Mean error less double fault, 0 … ½: by how much an oracle that picks the right one of the two would beat their mean. It
   * bounds what any choice between their answers can gain, and is half of the disagreement.
   */
  readonly headroom: number;
}

/**
 * Pairwise diversity from a 2 × 2 table of examples: a both right, b only the first, c only the second, d neither, n in all.
 *
 *     disagreement (b+c)/n      double fault d/n      headroom (b+c)/2n
 *     φ  (ad−bc) / √((a+b)(c+d)(a+c)(b+d))
 *     Q  (ad−bc) / (ad+bc)
 *     κ  2(ad−bc) / ((a+b)(b+d) + (a+c)(c+d))
 *
 * Source: Kuncheva and Whitaker, Measures of diversity in classifier ensembles, Machine Learning 51, 2003, §3.
 */
export function pairDiversity({ both: a, onlyFirst: b, onlySecond: c, neither: d }: PairedCounts): PairDiversity {
  const n = a + b + c + d;
  if (![a, b, c, d].every((count) => count >= 0) || !(n > 0)) {
    throw new AnalysisError(`${a}, ${b}, ${c} and ${d} are no counts of examples.`, 'Compare models on examples.');
  }
  const cross = a * d - b * c;
  return {
    disagreement: (b + c) / n,
    errorCorrelation: over(cross, Math.sqrt((a + b) * (c + d)) * Math.sqrt((a + c) * (b + d))),
    doubleFault: d / n,
    q: over(cross, a * d + b * c),
    kappa: over(2 * cross, (a + b) * (b + d) + (a + c) * (c + d)),
    headroom: (b + c) / (2 * n),
  };
}

function over(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
