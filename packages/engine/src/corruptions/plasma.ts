import type { Random } from '../random/index.js';

/**
 * A cloud by the diamond-square algorithm (Fournier, Fussell and Carpenter 1982) on a torus, stretched to [0, 1].
 *
 * @param side a power of two
 * @param decay its square is the factor by which the random displacement falls with each halving of the grid
 * @returns [side, side]
 */
export function plasma(side: number, decay: number, random: Random): Float64Array {
  const map = new Float64Array(side * side);
  const at = (y: number, x: number) => map[((y + side) % side) * side + ((x + side) % side)] ?? 0;
  let reach = 1;
  for (let step = side; step >= 2; step /= 2) {
    const half = step / 2;
    const displaced = (sum: number) => sum / 4 + reach * (2 * random.uniform() - 1);
    for (let y = half; y < side; y += step) {
      for (let x = half; x < side; x += step) {
        const corners =
          at(y - half, x - half) + at(y - half, x + half) + at(y + half, x - half) + at(y + half, x + half);
        map[y * side + x] = displaced(corners);
      }
    }
    for (let y = 0; y < side; y += half) {
      for (let x = (y + half) % step; x < side; x += step) {
        map[y * side + x] = displaced(at(y - half, x) + at(y + half, x) + at(y, x - half) + at(y, x + half));
      }
    }
    reach /= decay * decay;
  }
  const lowest = map.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const highest = map.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return map.map((value) => (value - lowest) / (highest - lowest));
}
