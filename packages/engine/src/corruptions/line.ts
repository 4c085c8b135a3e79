import type { Plane } from './corruption.js';

/** Distance in pixels at which the logarithm of the profile would reach −∞; a line is visible to about 1.45. */
const REACH = 2.3;

/**
 * A soft line as MNIST-C draws it: brightness log(1 − d/2.3) + 1 at vertical distance d, in the columns from the left end
 * to the right end.
 *
 * @returns [height, width] in [0, 1]; black when the line is vertical
 */
export function softLine(
  { height, width }: Plane,
  left: { readonly x: number; readonly y: number },
  right: { readonly x: number; readonly y: number },
): Float64Array {
  const result = new Float64Array(height * width);
  if (left.x === right.x) return result;
  const slope = (right.y - left.y) / (right.x - left.x);
  const from = Math.max(0, Math.floor(left.x));
  const to = Math.min(width, Math.ceil(right.x));
  for (let x = from; x < to; x++) {
    const centre = slope * (x - left.x) + left.y;
    for (let y = 0; y < height; y++) {
      const distance = Math.abs(y - centre);
      if (distance < REACH) result[y * width + x] = Math.min(1, Math.max(0, Math.log(1 - distance / REACH) + 1));
    }
  }
  return result;
}

/** Adds light; the caller's clipping keeps it in range. */
export function addInto(target: Float64Array, light: Float64Array): void {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] ?? 0) + (light[at] ?? 0);
}
