import { BORDERS } from './border.js';

export interface Kernel {
  /** Odd. */
  readonly side: number;
  /** [side, side] */
  readonly weights: Float64Array;
}

/** Correlation of one plane with a square kernel, the image reflected about its outermost pixels, as cv2.filter2D. */
export function correlate(plane: Float64Array, height: number, width: number, { side, weights }: Kernel): Float64Array {
  const radius = (side - 1) / 2;
  const wide = width + 2 * radius;
  const padded = new Float64Array((height + 2 * radius) * wide);
  for (let y = 0; y < height + 2 * radius; y++) {
    const row = BORDERS['reflect-101'](y - radius, height) * width;
    for (let x = 0; x < wide; x++) padded[y * wide + x] = plane[row + BORDERS['reflect-101'](x - radius, width)] ?? 0;
  }
  const result = new Float64Array(plane.length);
  for (const [at, weight] of weights.entries()) {
    if (weight === 0) continue;
    const dy = Math.floor(at / side);
    const dx = at % side;
    for (let y = 0; y < height; y++) {
      const source = (y + dy) * wide + dx;
      const target = y * width;
      for (let x = 0; x < width; x++) {
        result[target + x] = (result[target + x] ?? 0) + (padded[source + x] ?? 0) * weight;
      }
    }
  }
  return result;
}
