import type { Effect } from '../effect.js';
import { greysToImage } from '../values.js';

export const shotNoise: Effect<{ readonly photons: number }> = {
  definition: 'Each value x becomes Poisson(photons·x) / photons, by inversion of one uniform number a value.',
  apply(image, { photons }, random) {
    const tables = new Map<number, Float64Array>();
    const values = new Float64Array(image.data.length);
    for (const [at, byte] of image.data.entries()) {
      const table = tables.get(byte) ?? cumulative((byte / 255) * photons);
      tables.set(byte, table);
      values[at] = (255 * below(table, random.uniform())) / photons;
    }
    return greysToImage(image, values);
  },
};

/** P(count ≤ k) for k = 0, 1, … until nothing is left of 1 in f64. Means up to about 700. */
function cumulative(mean: number): Float64Array {
  const sums: number[] = [];
  let share = Math.exp(-mean);
  let sum = share;
  for (let count = 0; ; count++) {
    sums.push(sum);
    share *= mean / (count + 1);
    if (count > mean && sum + share === sum) return Float64Array.from(sums);
    sum += share;
  }
}

/** The first k whose cumulative probability exceeds `uniform`. */
function below(table: Float64Array, uniform: number): number {
  let low = 0;
  let high = table.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((table[middle] ?? 1) > uniform) high = middle;
    else low = middle + 1;
  }
  return low;
}
