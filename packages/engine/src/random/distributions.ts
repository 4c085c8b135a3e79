/**
 * @file Draws from distributions that take more than one random number. Logarithm, exponential and square root are V8's own
 * or exact, so a draw is the same on every machine.
 */
import type { Random } from './random.js';

/** A number in [low, high). */
export function uniformBetween(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/**
 * Gamma of the given shape and scale 1: G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables" (2000),
 * with their power of a uniform number for shapes below 1.
 *
 * @param shape above 0; RangeError otherwise
 */
export function gamma(random: Random, shape: number): number {
  if (!(shape > 0 && shape < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`A gamma number of shape ${shape} was asked for: the shape must be a number above 0.`);
  }
  if (shape < 1) {
    const boost = random.uniform() ** (1 / shape);
    return gamma(random, shape + 1) * boost;
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = random.normal();
    const root = 1 + c * normal;
    if (root <= 0) continue;
    const cube = root * root * root;
    // uniform() may be 0, whose logarithm accepts anything: as it should, it stands for the whole interval below 2^-53.
    if (Math.log(random.uniform()) < 0.5 * normal * normal + d - d * cube + d * Math.log(cube)) return d * cube;
  }
}

/** Beta(a, b) in [0, 1], as X / (X + Y) of two gamma numbers; a, b above 0. */
export function beta(random: Random, a: number, b: number): number {
  const x = gamma(random, a);
  const y = gamma(random, b);
  // Shapes far below 1 can give two numbers that are 0 in f64: then one side has it all, as nearly always for them.
  return x + y === 0 ? random.integer(2) : x / (x + y);
}
