import { addScaled, directed, exponential, lengthOf, logarithm } from './sphere.js';

export interface KarcherOptions {
  /** Not negative, sum 1, one for each vector. */
  readonly shares: readonly number[];
  readonly maxIterations: number;
  /** A step shorter than this, in radians, is the last. */
  readonly tolerance: number;
}

export interface KarcherMean {
  readonly mean: Float64Array;
  readonly iterations: number;
  /** The length of the last step, in radians; 0 where the plain mean had to do. */
  readonly lastStep: number;
}

/** A mean of directions shorter than this points nowhere. */
const SMALLEST_MEAN = 1e-8;

/**
 * The weighted mean of directions on the sphere, the point from which the weighted ways to all of them cancel out (Karcher
 * 1977; by repeated steps along the mean way: Buss and Fillmore 2001), as long as the weighted mean of the lengths. Begins at
 * the normalised mean of the directions; one step from there is mergekit's "multi-SLERP" with the ways as long as their arcs.
 *
 * Zero vectors have a length but no direction. Where directions cancel out (two opposite ones) the sphere has no mean, and
 * the plain weighted mean of the vectors is given.
 */
export function karcherMean(vectors: readonly Float64Array[], options: KarcherOptions): KarcherMean {
  const { shares, maxIterations, tolerance } = options;
  const parts = vectors.map(directed);
  const length = parts.reduce((sum, part, i) => sum + (shares[i] ?? 0) * part.length, 0);
  const size = vectors[0]?.length ?? 0;

  const start = new Float64Array(size);
  let pointing = 0;
  for (const [i, { direction }] of parts.entries()) {
    if (direction === null) continue;
    addScaled(start, shares[i] ?? 0, direction);
    pointing += shares[i] ?? 0;
  }
  const begin = directed(start);
  if (begin.direction === null || begin.length < SMALLEST_MEAN * pointing) {
    const plain = new Float64Array(size);
    for (const [i, vector] of vectors.entries()) addScaled(plain, shares[i] ?? 0, vector);
    return { mean: plain, iterations: 0, lastStep: 0 };
  }

  let point = begin.direction;
  let lastStep = 0;
  let iterations = 0;
  while (iterations < maxIterations) {
    const way = new Float64Array(size);
    for (const [i, { direction }] of parts.entries()) {
      if (direction !== null) addScaled(way, (shares[i] ?? 0) / pointing, logarithm(point, direction));
    }
    iterations++;
    lastStep = lengthOf(way);
    point = directed(exponential(point, way)).direction ?? point;
    if (lastStep < tolerance) break;
  }
  return { mean: point.map((value) => value * length), iterations, lastStep };
}
