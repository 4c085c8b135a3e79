/** @file What every mean of stored numbers ends with: one rounding, and what cannot be averaged refused by its name. */
import { dtypes, type TypedArray } from '../graph/dtype.js';
import { SoupError } from './errors.js';
import { type ExactSum, exactMeans } from './exact-mean.js';
import type { PoolTensor } from './pool.js';
import type { FloatFormat } from './rounding.js';

/** The means of a sum as stored elements; refuses what is not finite by the names of tensor and ingredient. */
export function roundedMean(
  { name, dtype }: Pick<PoolTensor, 'name' | 'dtype'>,
  format: FloatFormat,
  sum: ExactSum,
  members: () => readonly ArrayLike<number>[],
  nameOf: (member: number) => string,
  start = 0,
): TypedArray {
  const means = dtype === 'f64' ? new Float64Array(sum.length) : new Float32Array(sum.length);
  const bad = exactMeans(format, sum, members, means);
  if (bad >= 0) {
    const rows = members();
    const culprit = rows.findIndex((row) => !Number.isFinite(row[bad]));
    throw new SoupError(
      `${nameOf(culprit)}: tensor ${JSON.stringify(name)} holds ${rows[culprit]?.[bad]} at element ${start + bad}.`,
      'Its training diverged: leave it out of the soup, or train it with a lower learning rate.',
    );
  }
  if (dtype === 'f32' || dtype === 'f64') return means;
  const stored = dtypes[dtype].allocate(means.length);
  format.encode(means, stored);
  return stored;
}

/** Buffers such as counters have no average: they must be equal, and one of them is taken. */
export function equalIntegers(
  name: string,
  chunks: readonly TypedArray[],
  nameOf: (member: number) => string,
  start = 0,
): TypedArray {
  const [first, ...others] = chunks;
  if (first === undefined) throw new RangeError('No ingredients.');
  for (const [index, other] of others.entries()) {
    const at = first.findIndex((value: number | bigint, element: number) => value !== other[element]);
    if (at >= 0) {
      throw new SoupError(
        `Tensor ${JSON.stringify(name)} holds integers, which are not averaged, and they differ: ${nameOf(0)} has ${first[at]} at element ${start + at}, ${nameOf(index + 1)} has ${other[at]}.`,
        'Use ingredients with equal integer buffers, or drop the buffer from all of them.',
      );
    }
  }
  return first;
}
