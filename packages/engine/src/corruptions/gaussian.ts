import type { Plane } from './corruption.js';

/** Kernels reach this many standard deviations, as those of scipy and scikit-image do. */
const TRUNCATE = 4;

/** Gaussian blur by two passes of a normalised kernel; the outermost pixels go on beyond the edge. */
export function gaussianBlur({ height, width, pixels }: Plane, sigma: number): Float64Array {
  const radius = Math.floor(TRUNCATE * sigma + 0.5);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const pass = (source: Float64Array, lines: number, length: number, step: number, stride: number) => {
    const result = new Float64Array(source.length);
    for (let line = 0; line < lines; line++) {
      for (let at = 0; at < length; at++) {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) {
          const inside = Math.min(length - 1, Math.max(0, at + k));
          sum += (kernel[k + radius] ?? 0) * (source[line * stride + inside * step] ?? 0);
        }
        result[line * stride + at * step] = sum / total;
      }
    }
    return result;
  };
  const rows = pass(pixels, height, width, 1, width);
  return pass(rows, width, height, width, 1);
}
