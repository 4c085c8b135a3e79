import { join, resolve } from 'node:path';
import { HashCache } from '../../artifacts/hash-cache.js';
import { locateCheckpoint } from '../../checkpoints/locate.js';
import { contentOf } from '../certificate.js';

/** Files that stay remembered beside those of the command that runs. */
const MOST = 10_000;

/** SHA-256 of weight files, remembered in a folder as long as nothing of the files changed. */
export class FileHashes {
  readonly #hashes: HashCache;
  /** By absolute path: those that were asked for. */
  readonly found = new Map<string, string>();

  private constructor(hashes: HashCache) {
    this.#hashes = hashes;
  }

  static async open(folder: string): Promise<FileHashes> {
    return new FileHashes(await HashCache.open(join(folder, 'checkpoints.hashes')));
  }

  /** The content of a checkpoint, of one file or of shards, as certificates name it. Throws CheckpointError. */
  async contentOf(path: string): Promise<string> {
    const { folder, weights } = await locateCheckpoint(path);
    const files: { name: string; bytes: number; sha256: string }[] = [];
    for (const name of weights) {
      const file = resolve(folder, name);
      const sha256 = await this.#hashes.of(file);
      this.found.set(file, sha256);
      files.push({ name, bytes: 0, sha256 });
    }
    return contentOf(files);
  }

  async save(): Promise<void> {
    await this.#hashes.save(MOST);
  }
}
