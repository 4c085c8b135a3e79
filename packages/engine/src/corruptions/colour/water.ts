/** @file How light falls on drops of water: the shading that ImageNet-C's `spatter` computes with OpenCV. */
import { cannyOfBytes } from './canny-bytes.js';
import { correlate, type Kernel } from './correlate.js';
import { distanceToMarked } from './distance.js';

/** Drops are shaded within this distance of their rims, in pixels. */
const FARTHEST = 20;
const MEAN: Kernel = { side: 3, weights: new Float64Array(9).fill(1 / 9) };
const EMBOSS: Kernel = { side: 3, weights: Float64Array.of(-2, -1, 0, -1, 1, 1, 0, 1, 2) };

/**
 * @param liquid bytes [height, width]: how thick the water is
 * @returns brightness of the water in [0, 1], the brightest pixel 1; all 0 where there is no water
 */
export function shadeOfWater(liquid: Uint8Array, height: number, width: number): Float64Array {
  const rims = cannyOfBytes(liquid, height, width, 50, 150);
  const near = distanceToMarked(rims, height, width).map((distance) => Math.min(distance, FARTHEST));
  // OpenCV sums in f32: an exact whole number must not fall just below itself in f64.
  const smooth = Uint8Array.from(correlate(near, height, width, MEAN), (value) => Math.floor(value + 1e-6));
  const embossed = correlate(Float64Array.from(equalised(smooth)), height, width, EMBOSS).map((value) =>
    Math.min(255, Math.max(0, value)),
  );
  const lit = correlate(embossed, height, width, MEAN).map((value, at) => Math.round(value) * (liquid[at] ?? 0));
  const brightest = lit.reduce((most, value) => Math.max(most, value), 0);
  return brightest === 0 ? lit : lit.map((value) => value / brightest);
}

/** Histogram equalisation as cv2.equalizeHist. */
function equalised(bytes: Uint8Array): Uint8Array {
  const counts = new Float64Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  const first = counts.findIndex((count) => count > 0);
  const least = counts[first] ?? 0;
  if (least === bytes.length) return bytes;
  let sum = 0;
  const table = counts.map((count, byte) => {
    if (byte > first) sum += count;
    return Math.round((sum * 255) / (bytes.length - least));
  });
  return bytes.map((byte) => table[byte] ?? 0);
}
