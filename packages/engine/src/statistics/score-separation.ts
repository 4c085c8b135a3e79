import { normalQuantile } from './normal.js';
import { wilsonInterval } from './wilson.js';

/** Which scores a board's evidence tells from a given one. */
export interface ScoreSeparation {
  /** A model that scores more than this is significantly better. */
  readonly above: number;
  /** A model that scores less than this is significantly worse. */
  readonly below: number;
}

/**
 * The scores that are told from `share` on a board of so many models by their intervals alone: each accuracy has the Wilson
 * interval of level 1 − alpha/models, so that all hold together with probability 1 − alpha (Bonferroni), and two models differ
 * where their intervals are apart. From them 1 + the models above and the number of models less those below are ranks that hold
 * jointly (Klein, Wright and Wieczorek, A joint confidence region for an overall ranking of populations, JRSS C 69, 2020). Wider
 * than what paired tests give, for it does not know that all answered the same examples; but it needs no bitmap, and what is
 * better than a model is a range of scores.
 *
 * @param n independent examples that every score was taken on
 */
export function scoreSeparation(share: number, n: number, models: number, alpha = 0.05): ScoreSeparation {
  const z = normalQuantile(1 - alpha / (2 * models));
  const { low, high } = wilsonInterval(share * n, n, z);
  // Wilson's interval holds the shares that the score test does not reject: the one of s begins at h where s is just rejected for h.
  return {
    above: high + z * Math.sqrt((high * (1 - high)) / n),
    below: low - z * Math.sqrt((low * (1 - low)) / n),
  };
}
