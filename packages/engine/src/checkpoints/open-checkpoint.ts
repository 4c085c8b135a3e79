import { join } from 'node:path';
import type { Tensor } from '../graph/tensor.js';
import { CheckpointError, quoted } from './errors.js';
import { openSafetensors, type SafetensorsFile } from './file.js';
import { MAX_TENSORS } from './header.js';
import { type LocatedCheckpoint, locateCheckpoint } from './locate.js';
import { type StoredType, storedBytes } from './storage.js';

const DAMAGED = 'Fetch the checkpoint again, with all its files, or write it again with safetensors.';

/** A tensor of a checkpoint, not yet read. */
export interface StoredTensor extends StoredType {
  readonly bytes: number;
  /** Name of the file that holds it. */
  readonly file: string;
  /** Offset of its first byte in that file. */
  readonly position: number;
}

/**
 * A checkpoint of one file or of many, of which only what is asked for is read. In memory are the headers and the tensor
 * being read. Close it, or hold it with `await using`.
 */
export class CheckpointReader implements AsyncDisposable {
  readonly located: LocatedCheckpoint;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What the headers of all files agree on. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly #files: ReadonlyMap<string, SafetensorsFile>;

  constructor(
    readonly path: string,
    located: LocatedCheckpoint,
    files: ReadonlyMap<string, SafetensorsFile>,
    tensors: ReadonlyMap<string, StoredTensor>,
  ) {
    this.located = located;
    this.tensors = tensors;
    this.#files = files;
    const [first, ...others] = files.values();
    this.metadata = new Map(
      [...(first?.metadata ?? [])].filter(([key, text]) => others.every(({ metadata }) => metadata.get(key) === text)),
    );
  }

  /** One tensor as the engine computes with it: elements that only lie in files are widened. Throws CheckpointError. */
  async read(name: string): Promise<Tensor> {
    return await this.#fileOf(name).read(name);
  }

  /**
   * Fills `target` with a tensor's bytes as they lie in the file, little-endian, from byte `start` of the tensor on.
   * Throws RangeError beyond its end.
   */
  async readInto(name: string, target: Uint8Array, start = 0): Promise<void> {
    const file = this.#fileOf(name);
    const entry = file.entries.get(name);
    if (entry === undefined || start < 0 || entry.begin + start + target.length > entry.end) {
      throw new RangeError(`${target.length} bytes from ${start} on are not all in ${quoted(name)}.`);
    }
    await file.readBytes(entry.begin + start, target);
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #fileOf(name: string): SafetensorsFile {
    const file = this.#files.get(this.tensors.get(name)?.file ?? '');
    if (file === undefined) {
      throw new CheckpointError(this.path, `it has no ${quoted(name)}.`, 'Use a checkpoint of the same architecture.');
    }
    return file;
  }
}

/**
 * Opens a safetensors file, an index of shards, or a folder with either. Every header is checked against its file's size,
 * and the index against the headers; no tensor is read. Throws CheckpointError.
 */
export async function openCheckpoint(path: string): Promise<CheckpointReader> {
  const located = await locateCheckpoint(path);
  const files = new Map<string, SafetensorsFile>();
  try {
    let count = 0;
    for (const name of located.weights) {
      const file = await openSafetensors(join(located.folder, name));
      files.set(name, file);
      count += file.entries.size;
      if (count > MAX_TENSORS) {
        throw new CheckpointError(path, `its files hold more than ${MAX_TENSORS} tensors.`, DAMAGED);
      }
    }
    return new CheckpointReader(path, located, files, tensorsOf(path, located, files));
  } catch (error) {
    for (const file of files.values()) await file.close();
    throw error;
  }
}

/** Every tensor with its file. A tensor that the index does not know, or knows elsewhere, could mean two things to two readers. */
function tensorsOf(
  path: string,
  { index }: LocatedCheckpoint,
  files: ReadonlyMap<string, SafetensorsFile>,
): ReadonlyMap<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  let total = 0;
  for (const [file, { entries, dataStart }] of files) {
    for (const [name, entry] of entries) {
      const place = index === undefined ? file : index.shardOf.get(name);
      if (place === undefined) refuse(path, name, `lies in ${file}, and the index does not name it.`);
      if (place !== file) refuse(path, name, `lies in ${file}, where the index places it in ${place}.`);
      const bytes = storedBytes(entry);
      total += bytes;
      const position = dataStart + entry.begin;
      tensors.set(name, { dtype: entry.dtype, shape: entry.shape, bytes, file, position });
    }
  }
  for (const [name, file] of index?.shardOf ?? []) {
    if (!tensors.has(name)) refuse(path, name, `is not in ${file}, where the index places it.`);
  }
  if (index?.totalBytes !== undefined && index.totalBytes !== total) {
    throw new CheckpointError(path, `the index counts ${index.totalBytes} bytes, its files hold ${total}.`, DAMAGED);
  }
  return tensors;
}

function refuse(path: string, tensor: string, problem: string): never {
  throw new CheckpointError(path, `${quoted(tensor)} ${problem}`, DAMAGED, { tensor });
}
