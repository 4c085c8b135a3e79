import type { Random } from '../../../random/index.js';
import { uniformBetween } from '../../../random/index.js';
import { BORDERS, type Border } from '../border.js';
import type { Effect } from '../effect.js';
import { gaussianFilter } from '../gaussian.js';
import { cutToBytes, eachPlane, unitValues } from '../values.js';

export const elasticTransform: Effect<{ readonly alpha: number; readonly sigma: number; readonly affine: number }> = {
  definition:
    'Three corners of a square about the centre move by up to `affine` pixels along each axis and the image with them; then each pixel is fetched from `alpha` times uniform noise of −1 … 1, blurred by `sigma`, away; bilinear, the image reflected at its edges.',
  apply(image, { alpha, sigma, affine }, random) {
    const { height, width } = image;
    const source = affineSource(height, width, affine, random);
    const dx = field(height, width, alpha, sigma, random);
    const dy = field(height, width, alpha, sigma, random);
    const warped = eachPlane(image, unitValues(image), (plane) => {
      const turned = fetch(plane, height, width, 'reflect-101', source);
      return fetch(turned, height, width, 'reflect', (x, y) => {
        const at = y * width + x;
        return { x: x + (dx[at] ?? 0), y: y + (dy[at] ?? 0) };
      });
    });
    return cutToBytes(image, warped);
  },
};

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The map from a pixel of the result to the point of the source, of the affine map that moves three corners. */
function affineSource(height: number, width: number, affine: number, random: Random): (x: number, y: number) => Point {
  // The published program takes (height, width) for (x, y) here, which is the same for the square images it is for.
  const centre = { x: Math.floor(width / 2), y: Math.floor(height / 2) };
  const half = Math.floor(Math.min(height, width) / 3);
  const jitter = () => (affine === 0 ? 0 : uniformBetween(random, -affine, affine));
  const corners = [
    { x: centre.x + half, y: centre.y + half },
    { x: centre.x + half, y: centre.y - half },
    { x: centre.x - half, y: centre.y - half },
  ].map((from) => ({ from, to: { x: from.x + jitter(), y: from.y + jitter() } }));
  const [a, b, c] = corners;
  if (a === undefined || b === undefined || c === undefined) throw new RangeError('An affine map takes three corners.');
  // Barycentric coordinates of the pixel among the moved corners are those of its source among the corners.
  const area = (b.to.x - a.to.x) * (c.to.y - a.to.y) - (c.to.x - a.to.x) * (b.to.y - a.to.y);
  return (x, y) => {
    const toB = ((x - a.to.x) * (c.to.y - a.to.y) - (c.to.x - a.to.x) * (y - a.to.y)) / area;
    const toC = ((b.to.x - a.to.x) * (y - a.to.y) - (x - a.to.x) * (b.to.y - a.to.y)) / area;
    return {
      x: a.from.x + toB * (b.from.x - a.from.x) + toC * (c.from.x - a.from.x),
      y: a.from.y + toB * (b.from.y - a.from.y) + toC * (c.from.y - a.from.y),
    };
  };
}

/** Uniform noise, blurred by a kernel that reaches three deviations, times alpha. */
function field(height: number, width: number, alpha: number, sigma: number, random: Random): Float64Array {
  const noise = Float64Array.from({ length: height * width }, () => uniformBetween(random, -1, 1));
  if (alpha === 0) return new Float64Array(noise.length);
  return gaussianFilter(noise, height, width, { sigma, border: 'reflect', truncate: 3 }).map((value) => value * alpha);
}

function fetch(
  plane: Float64Array,
  height: number,
  width: number,
  border: Border,
  source: (x: number, y: number) => Point,
): Float64Array {
  const result = new Float64Array(plane.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = source(x, y);
      const left = Math.floor(from.x);
      const top = Math.floor(from.y);
      const right = from.x - left;
      const below = from.y - top;
      const near = BORDERS[border](left, width);
      const far = BORDERS[border](left + 1, width);
      const upper = BORDERS[border](top, height) * width;
      const lower = BORDERS[border](top + 1, height) * width;
      const high = (plane[upper + near] ?? 0) * (1 - right) + (plane[upper + far] ?? 0) * right;
      const low = (plane[lower + near] ?? 0) * (1 - right) + (plane[lower + far] ?? 0) * right;
      result[y * width + x] = high * (1 - below) + low * below;
    }
  }
  return result;
}
