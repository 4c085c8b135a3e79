import { incompleteBeta, incompleteBetaInverse } from './incomplete-beta.js';

/** P(T ≤ t) for Student's t with `degrees` > 0 degrees of freedom. */
export function studentT(t: number, degrees: number): number {
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The t with P(T ≤ t) = p, p in (0, 1). */
export function studentTQuantile(p: number, degrees: number): number {
  if (p === 0.5) return 0;
  const x = incompleteBetaInverse(2 * Math.min(p, 1 - p), degrees / 2, 0.5);
  const t = Math.sqrt((degrees * (1 - x)) / x);
  return p > 0.5 ? t : -t;
}
