import { averageRanks } from '../../statistics/correlation.js';
import { EvaluationError } from '../errors.js';

export interface Detection {
  /** Examples of the known distribution, and of the other. */
  readonly nKnown: number;
  readonly nOther: number;
  /** Chance that a known example scores above another one, a tie counting half; ½ is guessing. */
  readonly auroc: number;
  /** Share of the others that are taken for known by the highest threshold that still takes 95 % of the known. */
  readonly fpr95: number;
}

/**
 * How well a score tells known examples from others. The known are the positives (Hendrycks and Gimpel 2017); the AUROC is the
 * normalised statistic of Mann and Whitney, so it needs no curve.
 *
 * @param known scores of in-distribution examples, higher meaning more familiar
 * @param other scores of out-of-distribution examples
 */
export function detection(known: ArrayLike<number>, other: ArrayLike<number>): Detection {
  const all = Float64Array.from([...Array.from(known), ...Array.from(other)]);
  const wrong = all.findIndex((score) => Number.isNaN(score));
  if (known.length === 0 || other.length === 0 || wrong >= 0) {
    throw new EvaluationError(
      wrong >= 0
        ? `Score ${wrong} is not a number.`
        : `${known.length} known and ${other.length} other examples: one side is empty.`,
      'Score examples of both distributions with a model that answers with numbers.',
    );
  }
  const ranks = averageRanks(all);
  const sum = ranks.subarray(0, known.length).reduce((total, rank) => total + rank, 0);
  const [nKnown, nOther] = [known.length, other.length];
  const falling = Float64Array.from(Array.from(known)).sort().reverse();
  const threshold = falling[Math.ceil(0.95 * nKnown) - 1] ?? Number.NEGATIVE_INFINITY;
  const taken = Array.from(other).filter((score) => score >= threshold).length;
  return {
    nKnown,
    nOther,
    auroc: (sum - (nKnown * (nKnown + 1)) / 2) / (nKnown * nOther),
    fpr95: taken / nOther,
  };
}
