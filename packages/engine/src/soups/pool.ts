import { openSafetensors, type SafetensorsFile, type TensorEntry } from '../checkpoints/safetensors.js';
import { isComputed, storage } from '../checkpoints/storage.js';
import { type DType, dtypes, type TypedArray } from '../graph/dtype.js';
import { assertSoupable } from '../models/compatibility.js';
import { SoupError } from './errors.js';
import type { Ingredient } from './method.js';

/**
 * Ingredients opened together: same tensors, shapes and dtypes, and the same architecture,
 * preprocessing, stock and head, or their weights would not lie in one basin. Hold it with `await using`.
 */
export class Pool implements AsyncDisposable {
  readonly ingredients: readonly Ingredient[];
  readonly #files: readonly SafetensorsFile[];
  #entries: ReadonlyMap<string, TensorEntry<DType>> = new Map();

  private constructor(ingredients: readonly Ingredient[], files: readonly SafetensorsFile[]) {
    this.ingredients = ingredients;
    this.#files = files;
  }

  /** Opens and checks the ingredients; no tensor is read yet. */
  static async open(ingredients: readonly Ingredient[]): Promise<Pool> {
    const files: SafetensorsFile[] = [];
    try {
      for (const { path } of ingredients) files.push(await openSafetensors(path));
      const pool = new Pool(ingredients, files);
      pool.#assertAlike();
      return pool;
    } catch (error) {
      await closeAll(files);
      throw error;
    }
  }

  /** The tensors that every ingredient has. */
  get entries(): ReadonlyMap<string, TensorEntry<DType>> {
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
    const file = this.#file(index);
    const place = file.entries.get(name);
    const entry = this.#entries.get(name);
    if (entry === undefined || place === undefined) throw new RangeError(`The pool has no tensor ${name}.`);
    const { bytes, view } = dtypes[entry.dtype];
    const target = new Uint8Array(count * bytes);
    await file.readBytes(place.begin + start * bytes, target);
    return view(target.buffer, 0, count);
  }

  nameOf(index: number): string {
    return this.ingredients[index]?.name ?? `ingredient ${index}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeAll(this.#files);
  }

  #file(index: number): SafetensorsFile {
    const file = this.#files[index];
    if (file === undefined) {
      throw new SoupError(`A soup needs ingredient ${index}, and there are ${this.#files.length}.`, 'Add ingredients.');
    }
    return file;
  }

  #assertAlike(): void {
    const first = this.#file(0);
    this.#entries = computedEntries(first.entries, this.nameOf(0));
    for (const [index, file] of this.#files.entries()) {
      assertSoupable(
        { source: this.nameOf(0), types: first.entries, metadata: first.metadata },
        { source: this.nameOf(index), types: file.entries, metadata: file.metadata },
      );
    }
  }
}

/** Averages are taken of elements that the engine computes with; eight-bit floats and the rarer integers only lie in files. */
function computedEntries(
  entries: ReadonlyMap<string, TensorEntry>,
  name: string,
): ReadonlyMap<string, TensorEntry<DType>> {
  const computed = new Map<string, TensorEntry<DType>>();
  for (const [tensor, { dtype, ...entry }] of entries) {
    if (!isComputed(dtype)) {
      throw new SoupError(
        `${name}: tensor ${JSON.stringify(tensor)} is stored as ${storage[dtype].code}, which is not averaged.`,
        'Import the checkpoint first, or store this tensor as F32 (numbers) or I64 (counts).',
      );
    }
    computed.set(tensor, { ...entry, dtype });
  }
  return computed;
}

async function closeAll(files: readonly SafetensorsFile[]): Promise<void> {
  for (const file of files) await file.close();
}
