import { type CheckpointReader, openCheckpoint } from '../checkpoints/open-checkpoint.js';
import { isComputed, type StoredType, storage } from '../checkpoints/storage.js';
import { type DType, dtypes, type TypedArray } from '../graph/dtype.js';
import { assertSoupable } from '../models/compatibility.js';
import { SoupError } from './errors.js';
import type { Ingredient } from './method.js';

/** A tensor that every ingredient of a pool has. */
export interface PoolTensor extends StoredType<DType> {
  readonly name: string;
}

/**
 * Ingredients opened together: same tensors, shapes and dtypes, and the same architecture,
 * preprocessing, stock and head, or their weights would not lie in one basin. Hold it with `await using`.
 */
export class Pool implements AsyncDisposable {
  readonly ingredients: readonly Ingredient[];
  readonly #files: readonly CheckpointReader[];
  #entries: ReadonlyMap<string, PoolTensor> = new Map();

  private constructor(ingredients: readonly Ingredient[], files: readonly CheckpointReader[]) {
    this.ingredients = ingredients;
    this.#files = files;
  }

  /** Opens and checks the ingredients: files, indexes of shards or folders with either; no tensor is read yet. */
  static async open(ingredients: readonly Ingredient[]): Promise<Pool> {
    const files: CheckpointReader[] = [];
    try {
      for (const { path } of ingredients) files.push(await openCheckpoint(path));
      const pool = new Pool(ingredients, files);
      pool.#assertAlike();
      return pool;
    } catch (error) {
      await closeAll(files);
      throw error;
    }
  }

  /** The tensors that every ingredient has. */
  get entries(): ReadonlyMap<string, PoolTensor> {
    return this.#entries;
  }

  /** The metadata on which all ingredients agree. What is true of all of them is true of their average. */
  get metadata(): ReadonlyMap<string, string> {
    const [first, ...others] = this.#files;
    return new Map(
      [...(first?.metadata ?? [])].filter(([key, value]) => others.every((file) => file.metadata.get(key) === value)),
    );
  }

  /** Elements [start, start + count) of a tensor of one ingredient. */
  async read(index: number, name: string, start: number, count: number): Promise<TypedArray> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new RangeError(`The pool has no tensor ${name}.`);
    const { bytes, view } = dtypes[entry.dtype];
    const target = new Uint8Array(count * bytes);
    await this.#file(index).readInto(name, target, start * bytes);
    return view(target.buffer, 0, count);
  }

  nameOf(index: number): string {
    return this.ingredients[index]?.name ?? `ingredient ${index}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeAll(this.#files);
  }

  #file(index: number): CheckpointReader {
    const file = this.#files[index];
    if (file === undefined) {
      throw new SoupError(`A soup needs ingredient ${index}, and there are ${this.#files.length}.`, 'Add ingredients.');
    }
    return file;
  }

  #assertAlike(): void {
    const first = this.#file(0);
    this.#entries = computedEntries(first.tensors, this.nameOf(0));
    for (const [index, file] of this.#files.entries()) {
      assertSoupable(
        { source: this.nameOf(0), types: first.tensors, metadata: first.metadata },
        { source: this.nameOf(index), types: file.tensors, metadata: file.metadata },
      );
    }
  }
}

/** Averages are taken of elements that the engine computes with; eight-bit floats and the rarer integers only lie in files. */
function computedEntries(entries: ReadonlyMap<string, StoredType>, name: string): ReadonlyMap<string, PoolTensor> {
  const computed = new Map<string, PoolTensor>();
  for (const [tensor, { dtype, shape }] of entries) {
    if (!isComputed(dtype)) {
      throw new SoupError(
        `${name}: tensor ${JSON.stringify(tensor)} is stored as ${storage[dtype].code}, which is not averaged.`,
        'Import the checkpoint first, or store this tensor as F32 (numbers) or I64 (counts).',
      );
    }
    computed.set(tensor, { name: tensor, dtype, shape });
  }
  return computed;
}

async function closeAll(files: readonly CheckpointReader[]): Promise<void> {
  for (const file of files) await file.close();
}
