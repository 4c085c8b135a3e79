import { BORDERS, type Border } from './border.js';

export interface GaussianOptions {
  readonly sigma: number;
  readonly border: Border;
  /** The kernel reaches this many standard deviations. */
  readonly truncate: number;
}

/** Gaussian filter of one plane as scipy.ndimage.gaussian_filter: two passes of a normalised sampled kernel, in f64. */
export function gaussianFilter(
  plane: Float64Array,
  height: number,
  width: number,
  { sigma, border, truncate }: GaussianOptions,
): Float64Array {
  const radius = Math.floor(truncate * sigma + 0.5);
  const kernel = Float64Array.from({ length: radius + 1 }, (_, at) => Math.exp((-0.5 / (sigma * sigma)) * at * at));
  const total = kernel.reduce((sum, weight, at) => sum + (at === 0 ? 1 : 2) * weight, 0);
  for (let at = 0; at <= radius; at++) kernel[at] = (kernel[at] ?? 0) / total;
  // In the order of scipy: columns first, and the sums from the ends inwards.
  return alongRows(alongColumns(plane, height, width, kernel, border), height, width, kernel, border);
}

function alongRows(plane: Float64Array, height: number, width: number, kernel: Float64Array, border: Border) {
  const radius = kernel.length - 1;
  const result = new Float64Array(plane.length);
  const line = new Float64Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    for (let at = 0; at < line.length; at++) {
      line[at] = plane[y * width + BORDERS[border](at - radius, width)] ?? 0;
    }
    for (let x = 0; x < width; x++) {
      const centre = x + radius;
      let sum = (line[centre] ?? 0) * (kernel[0] ?? 0);
      for (let k = radius; k >= 1; k--) {
        sum += ((line[centre - k] ?? 0) + (line[centre + k] ?? 0)) * (kernel[k] ?? 0);
      }
      result[y * width + x] = sum;
    }
  }
  return result;
}

function alongColumns(plane: Float64Array, height: number, width: number, kernel: Float64Array, border: Border) {
  const radius = kernel.length - 1;
  const result = new Float64Array(plane.length);
  for (let y = 0; y < height; y++) {
    const target = y * width;
    const centre = kernel[0] ?? 0;
    for (let x = 0; x < width; x++) result[target + x] = (plane[target + x] ?? 0) * centre;
    for (let k = radius; k >= 1; k--) {
      const weight = kernel[k] ?? 0;
      const above = BORDERS[border](y - k, height) * width;
      const below = BORDERS[border](y + k, height) * width;
      for (let x = 0; x < width; x++) {
        const pair = (plane[above + x] ?? 0) + (plane[below + x] ?? 0);
        result[target + x] = (result[target + x] ?? 0) + pair * weight;
      }
    }
  }
  return result;
}
