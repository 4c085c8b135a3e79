/**
 * @file Steps and projections of one image, in f64; `image` is the image, `at` where the attack is, both [pixels], and the result
 * goes into `at`, whose numbers are then rounded to f32. So a change may exceed the radius by the rounding of a pixel, 6e-8.
 */
import type { Random } from '../../random/random.js';
import type { AttackNorm } from './attack.js';

interface Ball {
  /** A step uphill, of length `size` in this norm. */
  step(at: Float32Array, gradient: Float32Array, size: number): Float64Array;
  /** The nearest change within the radius. */
  project(change: Float64Array, eps: number): Float64Array;
  /** A change drawn uniformly from the ball. */
  draw(random: Random, pixels: number, eps: number): Float64Array;
}

export const balls: { readonly [Norm in AttackNorm]: Ball } = {
  linf: {
    step: (at, gradient, size) => Float64Array.from(at, (value, i) => value + size * Math.sign(gradient[i] ?? 0)),
    project: (change, eps) => change.map((value) => Math.max(-eps, Math.min(eps, value))),
    draw: (random, pixels, eps) => Float64Array.from({ length: pixels }, () => eps * (2 * random.uniform() - 1)),
  },
  l2: {
    step: (at, gradient, size) => {
      const norm = length(gradient);
      return Float64Array.from(at, (value, i) => value + (norm === 0 ? 0 : (size * (gradient[i] ?? 0)) / norm));
    },
    project: (change, eps) => {
      const norm = length(change);
      return norm <= eps ? change : change.map((value) => (value * eps) / norm);
    },
    draw: (random, pixels, eps) => {
      const direction = Float64Array.from({ length: pixels }, () => random.normal());
      const radius = eps * random.uniform() ** (1 / pixels);
      const norm = length(direction);
      return direction.map((value) => (norm === 0 ? 0 : (value * radius) / norm));
    },
  },
};

/**
 * Where the attack may be that is nearest to `wanted`: within the radius of the image, then with every pixel in [0, 1]. The
 * second only brings pixels nearer to the image, so it does not leave the ball.
 */
export function intoBall(norm: AttackNorm, image: Float32Array, wanted: Float64Array, eps: number): Float32Array {
  const change = balls[norm].project(
    wanted.map((value, i) => value - (image[i] ?? 0)),
    eps,
  );
  return Float32Array.from(change, (value, i) => Math.max(0, Math.min(1, (image[i] ?? 0) + value)));
}

function length(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
