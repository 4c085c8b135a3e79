import type { RawImage } from '../../../data/raw-image.js';
import { uniformBetween } from '../../../random/index.js';
import type { Effect } from '../effect.js';
import { gaussianFilter } from '../gaussian.js';
import { sideOf } from '../square.js';
import { cutToBytes, unitValues } from '../values.js';

/** Index of refraction. */
const ETA = 4;

export const causticRefraction: Effect<{ readonly lens: number; readonly light: number }> = {
  definition:
    'The image is seen through a rippled surface of index 4 that shows it up to `lens` sides away, and lit by `light` times the slope of the ripples; bilinear, black outside.',
  apply(image, { lens, light }, random) {
    const side = sideOf(image);
    const time = uniformBetween(random, 0.5, 2);
    const size = uniformBetween(random, 0.75, 1.25) * side;
    const ripples = gaussianFilter(caustics(side, time, size), side, side, {
      sigma: 1,
      border: 'reflect',
      truncate: 4,
    });
    const height = (y: number, x: number) =>
      y < 0 || y >= side || x < 0 || x >= side ? 0 : (ripples[y * side + x] ?? 0);
    const values = unitValues(image);
    const plane = side * side;
    const result = new Float64Array(values.length);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        // The published program's names of the winds; its first axis is y.
        const north = height(y, x - 1);
        const south = height(y, x + 1);
        const west = height(y - 1, x);
        const east = height(y + 1, x);
        const away = refract(east - west, south - north, lens * side);
        const shine = (north - south + (east - west)) * light;
        for (let channel = 0; channel < 3; channel++) {
          const start = channel * plane;
          result[start + y * side + x] = bilinear(image, values, start, y + away.y, x + away.x) + shine;
        }
      }
    }
    return cutToBytes(image, result);
  },
};

/** A pattern of light on the ground of a pool, [side, side] in [0, 1]. */
function caustics(side: number, time: number, size: number): Float64Array {
  return Float64Array.from({ length: side * side }, (_, at) => {
    const first = ((Math.floor(at / side) / size) % 1) * 6.283_185_307_18 - 250;
    const second = (((at % side) / size) % 1) * 6.283_185_307_18 - 250;
    let y = first;
    let x = second;
    let sum = 1;
    for (let n = 0; n < 5; n++) {
      const t = time * (1 - 3.5 / (n + 1));
      const nextY = first + Math.cos(t - y) + Math.sin(t + x);
      const nextX = second + Math.sin(t - x) + Math.cos(t + y);
      y = nextY;
      x = nextX;
      const alongY = (first * 0.005) / Math.sin(y + t);
      const alongX = (second * 0.005) / Math.cos(x + t);
      sum += 1 / Math.sqrt(alongY * alongY + alongX * alongX);
    }
    const shade = 1.17 - (sum / 5) ** 1.4;
    return Math.min(1, Math.abs(shade) ** 8);
  });
}

/** Snell's law for a ray from above on a surface with these slopes, times `scale`; rounded to thousandths of a pixel. */
function refract(slopeY: number, slopeX: number, scale: number): { readonly y: number; readonly x: number } {
  const length = Math.sqrt(slopeY * slopeY + slopeX * slopeX + 1);
  const normalY = slopeY / length;
  const normalX = slopeX / length;
  const upwards = 1 / length;
  if (upwards >= 1 - 1e-3) return { y: 0, x: 0 };
  const sine = Math.sqrt(normalY * normalY + normalX * normalX);
  const out = Math.asin(sine / ETA);
  const along = Math.cos(out) - (Math.sin(out) * upwards) / sine;
  const rounded = (value: number) => Math.round(value * scale * 1000) / 1000;
  return { y: rounded(normalY * along), x: rounded(normalX * along) };
}

function bilinear({ height, width }: RawImage, values: Float64Array, start: number, y: number, x: number): number {
  const top = Math.floor(y);
  const left = Math.floor(x);
  const below = y - top;
  const right = x - left;
  const at = (row: number, column: number) =>
    row < 0 || row >= height || column < 0 || column >= width ? 0 : (values[start + row * width + column] ?? 0);
  return (
    (at(top, left) * (1 - right) + at(top, left + 1) * right) * (1 - below) +
    (at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right) * below
  );
}
