import type { Random } from '../random/index.js';

/** A draw from the Poisson distribution by Knuth's products of uniforms; for means below about 500. */
export function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++;
  return count;
}
