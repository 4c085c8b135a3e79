import { bisect } from '../../statistics/bisect.js';
import { normalQuantile } from '../../statistics/normal.js';
import { AnalysisError } from '../errors.js';

export interface DetectableOptions {
  /** Level of the two-sided test, 0.05 when left out. */
  readonly alpha?: number;
  /** Probability with which a true difference of this size is found, 0.8 when left out. */
  readonly power?: number;
}

/**
 * The smallest true difference in accuracy between two models that McNemar's test on n paired examples finds with the given
 * power: the δ that solves
 *
 *     δ·√n = z_{1−α/2}·√d + z_power·√(d − δ²),   δ ≤ d,
 *
 * d the share of examples that exactly one of the two gets right. A selection split with a larger δ than the differences it is
 * to decide by decides by chance.
 *
 * Source: Connor, Sample size for testing differences in proportions for the paired-sample design, Biometrics 43, 1987, eq. 3.
 *
 * @param n examples, ≥ 1
 * @param discordance d, 0 … 1
 * @returns δ in 0 … d; null when n is too small for any difference between models that differ on so few examples
 */
export function detectableDifference(
  n: number,
  discordance: number,
  { alpha = 0.05, power = 0.8 }: DetectableOptions = {},
): number | null {
  if (!(n >= 1 && discordance >= 0 && discordance <= 1 && alpha > 0 && alpha < 1 && power > 0 && power < 1)) {
    throw new AnalysisError(
      `No difference is detectable with n = ${n}, discordance ${discordance}, level ${alpha} and power ${power}.`,
      'Give n of 1 or more, a discordance in 0 … 1, and a level and a power between 0 and 1.',
    );
  }
  if (discordance === 0) return null;
  const [level, found] = [normalQuantile(1 - alpha / 2), normalQuantile(power)];
  const missing = (delta: number) =>
    delta * Math.sqrt(n) - level * Math.sqrt(discordance) - found * Math.sqrt(Math.max(0, discordance - delta * delta));
  return missing(discordance) < 0 ? null : bisect(missing, 0, discordance);
}
