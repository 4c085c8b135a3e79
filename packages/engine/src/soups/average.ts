/** @file The average of checkpoints as a stream of bytes: in memory are a chunk of each ingredient and their sums. */
import { layOut } from '../checkpoints/safetensors.js';
import { CancelledError } from '../errors.js';
import { dtypes, type TypedArray } from '../graph/dtype.js';
import { SoupError } from './errors.js';
import { ExactSum, exactMeans } from './exact-mean.js';
import { MeanKernel } from './kernel/mean-kernel.js';
import type { Ingredient } from './method.js';
import { Pool, type PoolTensor } from './pool.js';
import { type FloatFormat, floatFormats } from './rounding.js';

/** 1 MiB of f32 from each ingredient at a time: large enough for the disk, small enough for the cache. */
const CHUNK_ELEMENTS = 2 ** 18;
const MOST_KERNEL_ELEMENTS = 2 ** 25;

export interface AverageOptions {
  readonly signal: AbortSignal;
  /** Called with bytes written and bytes in all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly chunkElements?: number;
}

/**
 * The safetensors file of the mean of some ingredients, each element correctly rounded once to its dtype. Integer and
 * boolean tensors must be equal and are copied. Throws SoupError for an element that is NaN or infinite and for integers
 * that differ, naming tensor and ingredient; CheckpointError for ingredients that do not fit.
 *
 * @param members indices of ingredients; one that is listed twice counts twice
 */
export async function* averageOf(
  ingredients: readonly Ingredient[],
  members: readonly number[],
  { signal, onProgress, chunkElements = CHUNK_ELEMENTS }: AverageOptions,
): AsyncGenerator<Uint8Array> {
  const chosen = members.flatMap((index) => ingredients[index] ?? []);
  await using pool = await Pool.open(chosen);
  const { head, entries, fileBytes } = layOut(pool.entries, pool.metadata);
  const scratch = { sum: new ExactSum(chunkElements), kernel: kernelFor(chosen.length, chunkElements) };
  let written = head.length;
  yield head;
  for (const entry of entries) {
    const length = entry.shape.reduce((product, dimension) => product * dimension, 1);
    for (let start = 0; start < length; start += chunkElements) {
      if (signal.aborted) throw new CancelledError('The soup');
      const chunk = await meanChunk(pool, entry, start, Math.min(chunkElements, length - start), scratch);
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      written += bytes.length;
      yield bytes;
      onProgress?.(written, fileBytes);
    }
  }
}

/** Null where there are more rows than the kernel takes, or than are worth a second copy in memory. */
function kernelFor(rows: number, elements: number): MeanKernel | null {
  return rows > MeanKernel.MOST_ROWS || rows * elements > MOST_KERNEL_ELEMENTS ? null : new MeanKernel(rows, elements);
}

async function meanChunk(
  pool: Pool,
  entry: PoolTensor,
  start: number,
  count: number,
  scratch: { readonly sum: ExactSum; readonly kernel: MeanKernel | null },
): Promise<TypedArray> {
  const chunks = await Promise.all(pool.ingredients.map((_, index) => pool.read(index, entry.name, start, count)));
  const format = floatFormats[entry.dtype];
  if (format === null) return equalIntegers(entry.name, chunks, (index) => pool.nameOf(index));
  const numbers = chunks.map((chunk) => format.decode(chunk));
  if (entry.dtype === 'f32' && scratch.kernel !== null) {
    for (const [row, values] of numbers.entries()) scratch.kernel.numbers(row, count).set(values);
    const means = scratch.kernel.means(numbers.length, count);
    // What is not finite is told by the exact path. A copy: the kernel's memory is used again.
    if (means instanceof Float32Array) return means.slice();
  }
  const sum = count === scratch.sum.length ? scratch.sum : new ExactSum(count);
  sum.reset();
  for (const chunk of numbers) sum.add(chunk);
  return roundedMean(
    entry,
    format,
    sum,
    () => numbers,
    (index) => pool.nameOf(index),
    start,
  );
}

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
