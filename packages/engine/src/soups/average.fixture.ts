/** @file The average of checkpoints as a stream of bytes, the plain way: what soups are held against. Used by tests only. */
import { layOut } from '../checkpoints/safetensors.js';
import { CancelledError } from '../errors.js';
import type { TypedArray } from '../graph/dtype.js';
import { equalIntegers, roundedMean } from './average.js';
import { ExactSum } from './exact-mean.js';
import { MeanKernel } from './kernel/mean-kernel.js';
import type { Ingredient } from './method.js';
import { Pool, type PoolTensor } from './pool.js';
import { floatFormats } from './rounding.js';

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
