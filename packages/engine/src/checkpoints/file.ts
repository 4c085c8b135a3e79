import { type FileHandle, open } from 'node:fs/promises';
import type { Tensor } from '../graph/tensor.js';
import { type Checkpoint, tensorOver } from './decode.js';
import { CheckpointError, quoted } from './errors.js';
import { headerLength, parseHeader, type SafetensorsHeader, type TensorEntry } from './header.js';

/**
 * A safetensors file of which only what is asked for is read. Open it with `openSafetensors` and close it, or hold it
 * with `await using`.
 */
export class SafetensorsFile implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #header: SafetensorsHeader;

  constructor(
    readonly path: string,
    handle: FileHandle,
    header: SafetensorsHeader,
  ) {
    this.#handle = handle;
    this.#header = header;
  }

  /** In the order of their data. */
  get entries(): ReadonlyMap<string, TensorEntry> {
    return this.#header.entries;
  }

  get metadata(): ReadonlyMap<string, string> {
    return this.#header.metadata;
  }

  /** Offset in the file at which the data section begins. */
  get dataStart(): number {
    return this.#header.dataStart;
  }

  async read(name: string): Promise<Tensor> {
    const entry = this.entries.get(name);
    if (entry === undefined) {
      throw new CheckpointError(this.path, `it has no ${quoted(name)}.`, 'Use a checkpoint of the same architecture.');
    }
    const bytes = new Uint8Array(entry.end - entry.begin);
    await this.readBytes(entry.begin, bytes);
    return tensorOver(entry, bytes);
  }

  /** Fills `target` from byte `begin` of the data section on. */
  async readBytes(begin: number, target: Uint8Array): Promise<void> {
    for (let done = 0; done < target.length; ) {
      const position = this.#header.dataStart + begin + done;
      const { bytesRead } = await this.#handle.read(target, done, target.length - done, position);
      if (bytesRead === 0) {
        throw new CheckpointError(this.path, 'the file shrank while it was read.', 'Leave checkpoints alone in use.');
      }
      done += bytesRead;
    }
  }

  async readAll(): Promise<Checkpoint> {
    const tensors = new Map<string, Tensor>();
    for (const name of this.entries.keys()) tensors.set(name, await this.read(name));
    return { tensors, metadata: this.metadata };
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Opens a file and checks its whole header against its size; no tensor is read yet. Throws CheckpointError. */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const handle = await open(path).catch((cause: unknown) => {
    throw new CheckpointError(path, 'the file cannot be opened.', 'Check that it is there and readable.', { cause });
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new CheckpointError(path, 'this is not a file.', 'Give the safetensors file itself.');
    const { size } = stat;
    const length = headerLength(path, await readExactly(handle, path, 0, Math.min(64, size)), size);
    const header = parseHeader(path, await readExactly(handle, path, 8, length), size);
    return new SafetensorsFile(path, handle, header);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A whole file. */
export async function readSafetensors(path: string): Promise<Checkpoint> {
  await using file = await openSafetensors(path);
  return await file.readAll();
}

async function readExactly(handle: FileHandle, path: string, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead < length) {
    throw new CheckpointError(path, 'the file shrank while it was read.', 'Leave checkpoints alone in use.');
  }
  return bytes;
}
