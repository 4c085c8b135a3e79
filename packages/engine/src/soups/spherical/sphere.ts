/** @file Vectors as a length and a direction, and the two maps between a sphere and the flat space that touches it. */

export interface Directed {
  /** Of length 1; null for the zero vector, which has no direction. */
  readonly direction: Float64Array | null;
  readonly length: number;
}

/** The length of a vector, without the overflow or underflow of its squares. */
export function lengthOf(vector: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i] as number));
  if (largest === 0) return 0;
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += ((vector[i] as number) / largest) ** 2;
  return largest * Math.sqrt(squares);
}

export function directed(vector: Float64Array): Directed {
  const length = lengthOf(vector);
  return { direction: length === 0 ? null : vector.map((value) => value / length), length };
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** target += factor · vector. */
export function addScaled(target: Float64Array, factor: number, vector: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (vector[i] as number);
}

/**
 * The vector at `point`, touching the sphere, that leads along the shortest way to `to` and is as long as that way. Zero for
 * a point and itself, and for opposite points, which no one way connects.
 */
export function logarithm(point: Float64Array, to: Float64Array): Float64Array {
  const across = to.slice();
  addScaled(across, -dot(point, to), point);
  const sine = lengthOf(across);
  if (sine < 1e-15) return new Float64Array(point.length);
  // atan2 keeps the digits of small angles, which acos of a cosine next to 1 loses.
  const angle = Math.atan2(sine, dot(point, to));
  return across.map((value) => (value * angle) / sine);
}

/** Where one is after walking from `point` along `way`, a vector that touches the sphere there. */
export function exponential(point: Float64Array, way: Float64Array): Float64Array {
  const angle = lengthOf(way);
  if (angle === 0) return point.slice();
  const result = point.map((value) => value * Math.cos(angle));
  addScaled(result, Math.sin(angle) / angle, way);
  return result;
}
