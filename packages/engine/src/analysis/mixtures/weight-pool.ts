import { type CheckpointReader, openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { isComputed, storage } from '../../checkpoints/storage.js';
import { dtypes, isFloat, type TypedArray } from '../../graph/dtype.js';
import type { Tensor } from '../../graph/tensor.js';
import { assertSoupable } from '../../models/compatibility.js';
import { equalIntegers } from '../../soups/average.js';
import type { Candidate, Ingredient } from '../../soups/method.js';
import { floatFormats } from '../../soups/rounding.js';
import { AnalysisError } from '../errors.js';
import { checkShares, type Shares } from './shares.js';

/**
 * Ingredients opened together, of which mixtures are made in memory, tensor by tensor: beside the mixture there is one tensor
 * of one ingredient and one f64 sum. Files, indices of shards and folders are accepted. Hold it with `await using`.
 */
export class WeightPool implements AsyncDisposable {
  readonly #readers: readonly CheckpointReader[];

  private constructor(
    readonly ingredients: readonly Ingredient[],
    readers: readonly CheckpointReader[],
  ) {
    this.#readers = readers;
  }

  /** Opens the ingredients and checks that they belong in one soup; no tensor is read. Throws CheckpointError. */
  static async open(ingredients: readonly Ingredient[]): Promise<WeightPool> {
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
      for (const other of others) assertSoupable(first, other);
      return new WeightPool(ingredients, readers);
    } catch (error) {
      for (const reader of readers) await reader.close();
      throw error;
    }
  }

  /**
   * The mixture Σ sᵢ·θᵢ / Σ sᵢ, summed in f64 in the pool's order and rounded once to the dtype of the ingredients. One
   * ingredient alone comes out bit for bit; so do equal f32, f16 or bf16 ingredients by whole shares below 2^29. An ingredient
   * with the share 0 is not read. Integer tensors must be equal.
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

interface Part {
  readonly reader: CheckpointReader;
  readonly share: number;
  readonly name: string;
}

async function mixTensor(name: string, parts: readonly Part[]): Promise<Tensor> {
  const [first] = parts;
  const type = first?.reader.tensors.get(name);
  if (first === undefined || type === undefined) throw new RangeError(`No ingredient has the tensor ${name}.`);
  if (!isComputed(type.dtype)) {
    throw new AnalysisError(
      `${first.name}: tensor ${JSON.stringify(name)} is stored as ${storage[type.dtype].code}, which is not averaged.`,
      'Import the checkpoint first, or store this tensor as F32 (numbers) or I64 (counts).',
    );
  }
  const format = floatFormats[type.dtype];
  if (format === null || parts.length === 1) {
    const read: TypedArray[] = [];
    for (const { reader } of parts) read.push((await reader.read(name)).data);
    const data = equalIntegers(name, read, (index) => parts[index]?.name ?? '');
    if (isFloat(type.dtype)) assertFinite(name, first.name, floatFormats[type.dtype]?.decode(data) ?? []);
    return { dtype: type.dtype, shape: type.shape, data };
  }
  const whole = parts.reduce((sum, { share }) => sum + share, 0);
  let sum: Float64Array | undefined;
  for (const { reader, share, name: ingredient } of parts) {
    const numbers = format.decode((await reader.read(name)).data);
    assertFinite(name, ingredient, numbers);
    sum ??= new Float64Array(numbers.length).fill(-0);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + share * (numbers[i] ?? 0);
  }
  const mixed = (sum ?? new Float64Array(0)).map((value) => format.round(value / whole));
  const data = dtypes[type.dtype].allocate(mixed.length);
  format.encode(mixed, data);
  return { dtype: type.dtype, shape: type.shape, data };
}

function assertFinite(tensor: string, ingredient: string, numbers: ArrayLike<number>): void {
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isFinite(numbers[i])) continue;
    throw new AnalysisError(
      `${ingredient}: tensor ${JSON.stringify(tensor)} holds ${numbers[i]} at element ${i}.`,
      'Its training diverged: leave it out.',
    );
  }
}
