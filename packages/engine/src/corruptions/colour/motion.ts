import { BORDERS } from './border.js';

export interface Motion {
  /** The streak is 2·radius + 1 pixels long. */
  readonly radius: number;
  /** Its weights fall like a normal density of this deviation, from its beginning. */
  readonly sigma: number;
  /** Degrees. */
  readonly angle: number;
}

/**
 * The motion blur of ImageMagick: a one-sided streak of whole pixels along an angle, the outermost pixels going on beyond
 * the edge. Bytes in and out, rounded.
 */
export function motionBlurPlane(
  plane: ArrayLike<number>,
  height: number,
  width: number,
  { radius, sigma, angle }: Motion,
): Uint8Array {
  const length = 2 * radius + 1;
  const weights = Float64Array.from({ length }, (_, at) => Math.exp(-(at * at) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const turn = (angle * Math.PI) / 180;
  const sums = new Float64Array(height * width);
  for (let step = 0; step < length; step++) {
    const weight = (weights[step] ?? 0) / total;
    const dx = Math.ceil(step * Math.cos(turn) - 0.5);
    const dy = Math.ceil(step * Math.sin(turn) - 0.5);
    for (let y = 0; y < height; y++) {
      const row = BORDERS.nearest(y + dy, height) * width;
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        sums[at] = (sums[at] ?? 0) + weight * (plane[row + BORDERS.nearest(x + dx, width)] ?? 0);
      }
    }
  }
  return Uint8Array.from(sums, (sum) => Math.min(255, Math.floor(sum + 0.5)));
}
