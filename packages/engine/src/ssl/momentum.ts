/**
 * The momentum of a teacher that rises from `first` to 1 by a cosine, step by step: 1 − ½·(1 + cos(π·step/steps))·(1 − first),
 * as MoCo v3 and MaSSL have it.
 */
export function cosineMomentum(first: number): (step: number, steps: number) => number {
  return (step, steps) => 1 - 0.5 * (1 + Math.cos((Math.PI * step) / steps)) * (1 - first);
}
