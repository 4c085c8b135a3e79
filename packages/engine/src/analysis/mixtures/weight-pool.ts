import { type CheckpointReader, openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { isComputed, storage } from '../../checkpoints/storage.js';
import { dtypes, type TypedArray } from '../../graph/dtype.js';
import type { Tensor } from '../../graph/tensor.js';
import { assertSoupable } from '../../models/compatibility.js';
import { equalIntegers } from '../../soups/average.js';
import { LinearCombination, weightsOf } from '../../soups/linear-combination.js';
import type { Candidate, Ingredient } from '../../soups/method.js';
import { floatFormats } from '../../soups/rounding.js';
import { AnalysisError } from '../errors.js';
import { type OpenModel, RUN, readRun } from './read-run.js';
import { checkShares, type Shares } from './shares.js';

/**
 * Ingredients opened together, of which mixtures are made in memory: beside the mixture there is 1 MiB of f32 of each ingredient. Files, indices of shards and folders are accepted. Hold it with `await using`.
 */
export class WeightPool implements AsyncDisposable {
  readonly #readers: readonly CheckpointReader[];

  private constructor(
    readonly ingredients: readonly Ingredient[],
    readers: readonly CheckpointReader[],
  ) {
    this.#readers = readers;
  }

  /**
   * Opens the ingredients and checks that they belong in one soup; no tensor is read. Throws CheckpointError.
   *
   * @param anyOrigin whether they may come from different stocks, to see what lies between such
   */
  static async open(ingredients: readonly Ingredient[], anyOrigin = false): Promise<WeightPool> {
    const readers: CheckpointReader[] = [];
    try {
      for (const { path } of ingredients) readers.push(await openCheckpoint(path));
      const headers = readers.map(({ tensors, metadata }, index) => ({
        source: ingredients[index]?.name ?? `ingredient ${index}`,
        types: tensors,
        metadata,
      }));
      const [first, ...others] = headers;
      if (first === undefined) throw new AnalysisError('A pool of no ingredients was opened.', 'Give at least one.');
      for (const other of others) assertSoupable(first, other, { anyOrigin });
      return new WeightPool(ingredients, readers);
    } catch (error) {
      for (const reader of readers) await reader.close();
      throw error;
    }
  }

  /**
   * The mixture Σ sᵢ·θᵢ / Σ sᵢ, correctly rounded to the dtype of the ingredients: bit for bit what `stockpot soup` writes.
   * Equal ingredients come out as they are, and so does one alone. An ingredient with the share 0 is not read. Integer tensors
   * must be equal.
   *
   * @throws AnalysisError for shares that make no mixture, or a weight that is not finite, naming tensor and ingredient
   */
  async mix(shares: Shares): Promise<Candidate> {
    checkShares(shares);
    const [first] = this.#readers;
    const chosen = this.#readers.flatMap((reader, index) => {
      const share = shares[index] ?? 0;
      return share === 0 ? [] : [{ reader, share, name: this.ingredients[index]?.name ?? `ingredient ${index}` }];
    });
    const tensors = new Map<string, Tensor>();
    for (const name of first?.tensors.keys() ?? []) tensors.set(name, await mixTensor(name, chosen));
    const others = this.#readers.slice(1);
    const metadata = [...(first?.metadata ?? [])].filter(([key, text]) =>
      others.every((reader) => reader.metadata.get(key) === text),
    );
    return { tensors, metadata: new Map(metadata) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const reader of this.#readers) await reader.close();
  }
}

interface Part extends OpenModel {
  readonly share: number;
}

async function mixTensor(name: string, parts: readonly Part[]): Promise<Tensor> {
  const [first, ...others] = parts;
  const type = first?.reader.tensors.get(name);
  if (first === undefined || type === undefined) throw new RangeError(`No ingredient has the tensor ${name}.`);
  if (!isComputed(type.dtype)) {
    throw new AnalysisError(
      `${first.name}: tensor ${JSON.stringify(name)} is stored as ${storage[type.dtype].code}, which is not averaged.`,
      'Import the checkpoint first, or store this tensor as F32 (numbers) or I64 (counts).',
    );
  }
  const { dtype, shape } = type;
  const format = floatFormats[dtype];
  if (format === null) return { dtype, shape, data: await sameIntegers(name, parts) };
  const data = dtypes[dtype].allocate(shape.reduce((product, dimension) => product * dimension, 1));
  const shares = parts.map(({ share }) => share);
  const combination = new LinearCombination(format, weightsOf({ members: shares, base: 0, divisor: 'sum' }));
  for (let start = 0; start < data.length; start += RUN) {
    const count = Math.min(RUN, data.length - start);
    const rows: ArrayLike<number>[] = [];
    for (const part of parts) rows.push(await readRun(part, name, start, count));
    const mixed = dtype === 'f64' ? new Float64Array(count) : new Float32Array(count);
    const [alone] = rows;
    if (others.length === 0 && alone !== undefined) mixed.set(alone);
    else if (combination.combine(rows, mixed) >= 0) {
      throw new AnalysisError(
        `The mixture by the shares ${shares.join(', ')} leaves the range of ${dtype} in tensor ${JSON.stringify(name)}.`,
        'Give shares between 0 and 1.',
      );
    }
    format.encode(mixed, data.subarray(start, start + count));
  }
  return { dtype, shape, data };
}

/** Counters and the like have no mixture: they must be equal. */
async function sameIntegers(name: string, parts: readonly Part[]): Promise<TypedArray> {
  const read: TypedArray[] = [];
  for (const { reader } of parts) read.push((await reader.read(name)).data);
  return equalIntegers(name, read, (index) => parts[index]?.name ?? '');
}
