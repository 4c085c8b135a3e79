/** @file The files of a soup while it is being written: under other names until every byte is there. */

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeError } from '../../artifacts/disk-errors.js';
import { flushFolder } from '../../artifacts/flush-folder.js';
import { makeFolder, removeEmptyFolders } from '../../artifacts/make-folder.js';
import { openNew } from '../../artifacts/open-new.js';
import { beginWriting } from '../../artifacts/unfinished.js';
import { type Layout, layOut, type Metadata } from '../../checkpoints/encode.js';
import { CheckpointError } from '../../checkpoints/errors.js';
import { type StoredType, storedBytes } from '../../checkpoints/storage.js';
import type { Place } from './job.js';

const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

interface OutputFile {
  readonly path: string;
  readonly temporary: string;
  readonly types: ReadonlyMap<string, StoredType>;
  readonly layout: Layout;
  readonly handle: FileHandle;
}

export interface OutputOptions {
  /** Tensor bytes of one file at most, where a folder is written. */
  readonly maxShardBytes: number;
  /** Whether the bytes are on the disk, and not only with the operating system, when `finish` resolves. */
  readonly durable: boolean;
}

/** Places for tensors in files that appear under their own names, whole, when `finish` is called, and never otherwise. */
export class OutputFiles implements AsyncDisposable {
  readonly #files: readonly OutputFile[];
  readonly #options: OutputOptions;
  readonly #documents: Renamed[] = [];
  readonly #writing: Disposable[];
  /** The topmost folder that had to be made. */
  readonly #made: string | null;
  /** Where each tensor is written. */
  readonly places: ReadonlyMap<string, Place>;

  private constructor(
    files: readonly OutputFile[],
    options: OutputOptions,
    writing: Disposable[],
    made: string | null,
  ) {
    this.#files = files;
    this.#made = made;
    this.#writing = writing;
    this.#options = options;
    const places = new Map<string, Place>();
    for (const { layout, handle, path } of files) {
      for (const { name, begin } of layout.entries) {
        places.set(name, { fd: handle.fd, position: layout.head.length + begin, path });
      }
    }
    this.places = places;
  }

  /**
   * @param path a file if it ends in .safetensors, else a folder
   * @param metadata at least as long as the final one
   */
  static async open(
    path: string,
    types: ReadonlyMap<string, StoredType>,
    metadata: Metadata,
    options: OutputOptions,
  ): Promise<OutputFiles> {
    const files: OutputFile[] = [];
    const writing: Disposable[] = [];
    let made: string | null = null;
    try {
      const targets = targetsOf(path, types, options.maxShardBytes);
      made = await makeFolder(dirname(targets[0]?.[0] ?? path));
      for (const [target, part] of targets) {
        const temporary = temporaryOf(target);
        writing.push(beginWriting(temporary));
        const layout = layOut(part, metadata);
        files.push({ path: target, temporary, types: part, layout, handle: await openNew(temporary) });
      }
      return new OutputFiles(files, options, writing, made);
    } catch (error) {
      await discard(files);
      for (const one of writing) one[Symbol.dispose]();
      await removeEmptyFolders(dirname(files[0]?.path ?? path), made);
      throw writeError(error, dirname(path));
    }
  }

  get paths(): readonly string[] {
    return this.#files.map(({ path }) => path);
  }

  /**
   * Writes the headers, and gives the files their names once all of them are written: an index of several, then what belongs
   * beside them.
   */
  async finish(
    metadata: Metadata,
    beside: readonly { readonly path: string; readonly text: string }[] = [],
  ): Promise<void> {
    const [first] = this.#files;
    try {
      for (const { types, layout, handle } of this.#files) {
        const head = padded(layOut(types, metadata).head, layout.head.length);
        for (let done = 0; done < head.length; ) {
          done += (await handle.write(head, done, head.length - done, done)).bytesWritten;
        }
        if (this.#options.durable) await handle.sync();
      }
      const several = first !== undefined && this.#files.length > 1;
      const index = several ? [{ path: join(dirname(first.path), INDEX), text: this.#index() }] : [];
      for (const { path, text } of [...index, ...beside]) {
        const temporary = temporaryOf(path);
        this.#documents.push({ temporary, path });
        this.#writing.push(beginWriting(temporary));
        await writeFile(temporary, text, { flag: 'wx', flush: this.#options.durable });
      }
      await renameAll([...this.#files, ...this.#documents]);
      if (first !== undefined && this.#options.durable) await flushFolder(dirname(first.path));
    } catch (error) {
      throw writeError(error, dirname(first?.path ?? '.'));
    }
  }

  /** By hand: an object would sort a tensor called '0' first, and take one called '__proto__' for something else. */
  #index(): string {
    const lines = this.#files.flatMap(({ path, types }) =>
      [...types.keys()].map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(basename(path))}`),
    );
    const all = this.#files.flatMap(({ types }) => [...types.values()]);
    const total = all.reduce((sum, type) => sum + storedBytes(type), 0);
    return `{\n  "metadata": { "total_size": ${total} },\n  "weight_map": {\n${lines.join(',\n')}\n  }\n}\n`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await discard(this.#files);
    for (const { temporary } of this.#documents) await rm(temporary, { force: true });
    for (const one of this.#writing) one[Symbol.dispose]();
    // Folders with the soup in them stay.
    await removeEmptyFolders(dirname(this.#files[0]?.path ?? '.'), this.#made);
  }
}

type Renamed = Pick<OutputFile, 'temporary' | 'path'>;

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${randomUUID()}.tmp`);
}

/** All files get their names, or those that were not there before are there no more. */
async function renameAll(files: readonly Renamed[]): Promise<void> {
  const fresh = files.map(({ path }) => path).filter((path) => !existsSync(path));
  using _ = beginWriting(...fresh);
  try {
    for (const { temporary, path } of files) await rename(temporary, path);
  } catch (error) {
    for (const path of fresh) await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A header with as many spaces behind it as fill the room that was kept for it. */
function padded(head: Uint8Array, length: number): Uint8Array {
  if (head.length > length) throw new RangeError('The metadata outgrew its room.');
  if (head.length === length) return head;
  const filled = new Uint8Array(length).fill(0x20);
  filled.set(head);
  new DataView(filled.buffer).setBigUint64(0, BigInt(length - 8), true);
  return filled;
}

async function discard(files: readonly OutputFile[]): Promise<void> {
  for (const { handle, temporary } of files) {
    await handle.close();
    await rm(temporary, { force: true });
  }
}

/** One file, or a folder's: by name, each filled as far as it goes. */
function targetsOf(
  path: string,
  types: ReadonlyMap<string, StoredType>,
  maxBytes: number,
): readonly (readonly [string, ReadonlyMap<string, StoredType>])[] {
  if (types.size === 0) throw new CheckpointError(path, 'a soup of no tensors is no model.', 'Check the ingredients.');
  if (path.endsWith('.safetensors')) return [[path, types]];
  const parts: Map<string, StoredType>[] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const [name, type] of [...types].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const bytes = storedBytes(type);
    if (filled + bytes > maxBytes) {
      parts.push(new Map());
      filled = 0;
    }
    parts.at(-1)?.set(name, type);
    filled += bytes;
  }
  if (parts.length === 1) return [[join(path, WHOLE), types]];
  const digits = (n: number) => String(n).padStart(5, '0');
  return parts.map((part, index) => [
    join(path, `model-${digits(index + 1)}-of-${digits(parts.length)}.safetensors`),
    part,
  ]);
}
