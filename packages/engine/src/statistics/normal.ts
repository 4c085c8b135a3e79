import { bisect } from './bisect.js';

/**
 * Φ(x), the standard normal distribution function, to about 1e-15 relative in the tails: the series of A&S 26.2.10 near zero,
 * Laplace's continued fraction (A&S 26.2.14) beyond 3.
 */
export function normal(x: number): number {
  const size = Math.abs(x);
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (size <= 3) {
    let term = x;
    let sum = x;
    for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = size;
  for (let k = 120; k > 0; k--) fraction = size + k / fraction;
  const tail = density / fraction;
  return x > 0 ? 1 - tail : tail;
}

/** The x with Φ(x) = p; −∞ for 0 and ∞ for 1. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${p} is no probability: it must lie in 0 … 1.`);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  // In the lower half, where Φ keeps its relative precision.
  return p <= 0.5 ? bisect((x) => normal(x) - p, -40, 0) : -bisect((x) => normal(x) - (1 - p), -40, 0);
}
