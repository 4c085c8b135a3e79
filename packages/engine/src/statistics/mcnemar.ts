import { logGamma } from './log-gamma.js';
import type { PairedCounts } from './paired-counts.js';

export interface McNemarOptions {
  /**
   * Counts only half the probability of the observed split (Fagerland, Lydersen and Laake, BMC Medical Research Methodology
   * 13:91, 2013): less conservative, not guaranteed to keep the level. Left out, the exact test.
   */
  readonly midP?: boolean;
}

/**
 * The two-sided p-value of McNemar's exact test (1947) that two models have the same accuracy on the population that the
 * examples were drawn from: of the examples that only one of them gets right, half should be the first's. The binomial
 * distribution with ½ is symmetric, so the p-value is twice the smaller tail. 1 where they never differ.
 */
export function mcnemar({ onlyFirst, onlySecond }: PairedCounts, { midP = false }: McNemarOptions = {}): number {
  const differ = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  if (differ === 0) return 1;
  let tail = 0;
  let term = halfBinomial(fewer, differ);
  for (let k = fewer; k >= 0 && term >= 1e-20 * tail; k--) {
    tail += term;
    // Of the next one: C(n, k − 1) = C(n, k)·k/(n − k + 1).
    term *= k / (differ - k + 1);
  }
  const observed = halfBinomial(fewer, differ);
  // At an even split both tails hold the observed value: the mid-p is then 1 less half of it.
  if (midP) return onlyFirst === onlySecond ? 1 - observed / 2 : 2 * tail - observed;
  return Math.min(1, 2 * tail);
}

/** P(X = k) for n fair coins. */
function halfBinomial(k: number, n: number): number {
  return Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2);
}
