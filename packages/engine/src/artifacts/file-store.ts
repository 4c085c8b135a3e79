import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { sha256Hex } from '../json.js';
import { writeError } from './disk-errors.js';
import { flushFolder } from './flush-folder.js';
import { makeFolder } from './make-folder.js';
import { openNew } from './open-new.js';
import { ArtifactCorruptError, ArtifactMissingError, type ArtifactStore, type StepOutput } from './store.js';
import { isOrphan, temporaryName } from './temporary.js';
import { beginWriting } from './unfinished.js';

/**
 * Blobs as files: `<root>/sha256/ab/cd/<hash>`. A blob is written to `<root>/tmp`, hashed while it is written, flushed,
 * renamed to its place and the folder flushed: at no instant does a name stand for bytes that do not hash to it, also
 * when the machine stops. Any number of processes may share one store.
 */
export class FileArtifactStore implements ArtifactStore {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** Creates the folders and sweeps the temporary files of processes that are no more. */
  static async open(root: string): Promise<FileArtifactStore> {
    const store = new FileArtifactStore(root);
    try {
      await makeFolder(join(root, 'tmp'));
      await makeFolder(join(root, 'sha256'));
    } catch (error) {
      throw writeError(error, root);
    }
    await store.sweep();
    return store;
  }

  path(hash: string): string {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new TypeError(`'${hash.slice(0, 80)}' is not a SHA-256 in lower-case hex.`);
    return join(this.root, 'sha256', hash.slice(0, 2), hash.slice(2, 4), hash);
  }

  async put(data: Uint8Array | AsyncIterable<Uint8Array>, mediaType: string): Promise<StepOutput> {
    const temporary = join(this.root, 'tmp', temporaryName(hostname(), process.pid, randomUUID()));
    using _ = beginWriting(temporary);
    try {
      const { hash, bytes } = await writeDurably(temporary, data);
      const place = this.path(hash);
      await makeFolder(dirname(place));
      // Also when the blob is there already: the same bytes again, which heals a blob that was damaged.
      await rename(temporary, place);
      // The folder of folders too, whoever made them: flushing one that is clean costs nothing.
      for (const folder of [dirname(place), join(this.root, 'sha256', hash.slice(0, 2)), join(this.root, 'sha256')]) {
        await flushFolder(folder);
      }
      return { hash, bytes, mediaType };
    } catch (error) {
      throw writeError(error, this.root);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async has(hash: string): Promise<boolean> {
    return stat(this.path(hash)).then(
      (file) => file.isFile(),
      () => false,
    );
  }

  async read(hash: string): Promise<Uint8Array> {
    const bytes = await readFile(this.path(hash)).catch((error: unknown) => this.#refuseMissing(hash, error));
    const found = sha256Hex(bytes);
    if (found !== hash) await this.#quarantine(hash, found);
    return bytes;
  }

  /** Reads the blob through and compares its hash, at constant memory. Throws as `read` does. */
  async verify(hash: string): Promise<void> {
    const digest: Hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(this.path(hash), { highWaterMark: 1 << 20 })) digest.update(chunk);
    } catch (error) {
      this.#refuseMissing(hash, error);
    }
    const found = digest.digest('hex');
    if (found !== hash) await this.#quarantine(hash, found);
  }

  /** Removes temporary files that nobody writes any more. Safe at any time, beside any number of writers. */
  async sweep(): Promise<number> {
    const folder = join(this.root, 'tmp');
    let removed = 0;
    for (const name of await readdir(folder)) {
      const file = join(folder, name);
      const age = await stat(file).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => undefined,
      );
      if (age === undefined || !isOrphan(name, hostname(), age)) continue;
      await rm(file, { force: true });
      removed += 1;
    }
    return removed;
  }

  #refuseMissing(hash: string, error: unknown): never {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new ArtifactMissingError(hash, this.root);
    }
    throw error;
  }

  async #quarantine(hash: string, found: string): Promise<never> {
    const folder = join(this.root, 'quarantine');
    await makeFolder(folder);
    // Two readers may find the damage at once: the second finds the file gone, which is as good.
    await rename(this.path(hash), join(folder, `${hash}.${Date.now()}`)).catch(() => undefined);
    throw new ArtifactCorruptError(hash, found);
  }
}

async function writeDurably(
  file: string,
  data: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<{ hash: string; bytes: number }> {
  // Read-only from the start: only this handle writes, and nobody changes a blob afterwards by accident.
  const handle: FileHandle = await openNew(file, 0o444);
  try {
    const digest = createHash('sha256');
    let bytes = 0;
    const chunks = data instanceof Uint8Array ? [data] : data;
    for await (const chunk of chunks) {
      digest.update(chunk);
      bytes += chunk.byteLength;
      await handle.writeFile(chunk);
    }
    await handle.sync();
    return { hash: digest.digest('hex'), bytes };
  } finally {
    await handle.close();
  }
}

/**
 * Writes a small file that is afterwards either the old one or the new one, never a part: temporary file in the same
 * folder, flush, rename, flush of the folder.
 */
export async function writeFileAtomically(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.${temporaryName(hostname(), process.pid, randomUUID())}`);
  using _ = beginWriting(temporary);
  try {
    await writeDurably(temporary, Buffer.from(text));
    await rename(temporary, file);
    await flushFolder(dirname(file));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw writeError(error, file);
  }
}
