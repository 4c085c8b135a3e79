import { AnalysisError } from '../errors.js';

/** How often two models answer with the same class. */
export interface Agreement {
  /** Share of examples with different answers, right or wrong, 0 … 1 (the "churn" of a release). */
  readonly disagreement: number;
  /** Cohen's κ = (p_o − p_e)/(1 − p_e), ≤ 1; null when both give one and the same class to everything. */
  readonly kappa: number | null;
}

/**
 * Agreement of two models' predicted classes beyond what their class frequencies give by chance: p_o the share of equal
 * answers, p_e = Σ_c p₁(c)·p₂(c).
 *
 * Source: Cohen, A coefficient of agreement for nominal scales, 1960.
 *
 * @param first [n] predicted classes, 0 … classes−1
 */
export function cohenKappa(first: ArrayLike<number>, second: ArrayLike<number>, classes: number): Agreement {
  const n = first.length;
  if (n === 0 || second.length !== n) {
    throw new AnalysisError(
      `${n} answers were compared with ${second.length}.`,
      'Compare models on the same examples, at least one.',
    );
  }
  const [ones, twos] = [new Float64Array(classes), new Float64Array(classes)];
  let equal = 0;
  for (let example = 0; example < n; example++) {
    const [one, two] = [first[example] ?? -1, second[example] ?? -1];
    if (!(one in ones && two in twos)) {
      throw new AnalysisError(
        `Example ${example} is answered with classes ${one} and ${two} of ${classes}.`,
        'Compare models with the same classes.',
      );
    }
    ones[one] = (ones[one] ?? 0) + 1;
    twos[two] = (twos[two] ?? 0) + 1;
    if (one === two) equal++;
  }
  const chance = ones.reduce((sum, count, index) => sum + count * (twos[index] ?? 0), 0) / (n * n);
  return { disagreement: 1 - equal / n, kappa: chance === 1 ? null : (equal / n - chance) / (1 - chance) };
}
