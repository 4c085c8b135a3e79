/** What `slerp` may be told beside its three arguments. */
export interface SlerpOptions {
  /** Above this cosine the straight line is taken: the sphere is as good as flat. 0.9995 as in mergekit. */
  readonly threshold?: number;
  /** Directions that are nearly opposite: the straight line from the threshold on (mergekit), or the arc as far as it goes. */
  readonly opposite?: 'line' | 'arc';
}

const NEARLY_PARALLEL = 0.9995;
/** The sine of an angle that is too small to divide by. */
const SMALLEST_SINE = 1e-8;
const SMALLEST_LENGTH = 1e-8;

/**
 * Spherical interpolation of two flattened tensors: sin((1−t)Ω)/sin Ω · a + sin(tΩ)/sin Ω · b, with Ω the angle between them
 * (Shoemake 1985). As in mergekit the angle is that of the directions and the vectors keep their lengths, so the length of
 * the result goes from ‖a‖ to ‖b‖, and equal lengths are kept.
 *
 * Where |cos Ω| > 0.9995 the straight line is taken: for (nearly) equal directions, and, as in mergekit, for opposite ones,
 * between which the sphere has no shortest way. With `opposite: 'arc'` only those are left that are opposite to 8 digits.
 *
 * @param t 0 gives `a`, 1 gives `b`
 * @throws RangeError for tensors of different length
 */
export function slerp(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  t: number,
  { threshold = NEARLY_PARALLEL, opposite = 'line' }: SlerpOptions = {},
): Float64Array {
  if (a.length !== b.length) throw new RangeError(`Slerp of ${a.length} and ${b.length} numbers.`);
  const cosine = cosineOf(a, b);
  const angle = angleBetween(a, b);
  const straight = (opposite === 'line' ? Math.abs(cosine) : cosine) > threshold || Math.sin(angle) < SMALLEST_SINE;
  const [first, second] = straight
    ? [1 - t, t]
    : [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
  return Float64Array.from({ length: a.length }, (_, i) => first * (a[i] ?? 0) + second * (b[i] ?? 0));
}

/**
 * In [0, π], as 2·atan2(‖â − b̂‖, ‖â + b̂‖): W. Kahan's formula, which keeps the digits next to 0 and π that the arc cosine
 * loses. As with `cosineOf`, a vector that is (nearly) zero is at right angles to all others.
 */
function angleBetween(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [left, right] = [lengthOf(a), lengthOf(b)];
  if (left <= SMALLEST_LENGTH || right <= SMALLEST_LENGTH) return Math.PI / 2;
  let difference = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const x = (a[i] ?? 0) / left;
    const y = (b[i] ?? 0) / right;
    difference += (x - y) ** 2;
    sum += (x + y) ** 2;
  }
  return 2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
}

function lengthOf(vector: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += (vector[i] ?? 0) ** 2;
  return Math.sqrt(squares);
}

/** The cosine of the angle between two vectors, 0 where one of them is (nearly) zero. */
export function cosineOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let product = 0;
  let left = 0;
  let right = 0;
  for (let i = 0; i < a.length; i++) {
    product += (a[i] ?? 0) * (b[i] ?? 0);
    left += (a[i] ?? 0) ** 2;
    right += (b[i] ?? 0) ** 2;
  }
  const lengths = [left, right].map(Math.sqrt);
  if (lengths.some((length) => length <= SMALLEST_LENGTH)) return 0;
  return Math.min(1, Math.max(-1, product / ((lengths[0] ?? 1) * (lengths[1] ?? 1))));
}
