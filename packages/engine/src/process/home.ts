import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FileArtifactStore } from '../artifacts/file-store.js';
import { makeFolder } from '../artifacts/make-folder.js';
import { FileStepIndex } from '../artifacts/step-index.js';
import { HomeLock } from './home-lock.js';

/** Where a machine without a server keeps what it cooked: `$STOCKPOT_HOME`, else `.stockpot` in the current folder. */
export function defaultHome(): string {
  return resolve(process.env.STOCKPOT_HOME ?? '.stockpot');
}

/** `<root>/blobs`, `<root>/steps` and `<root>/scratch`, held by one process at a time. */
export class LocalHome {
  readonly root: string;
  readonly store: FileArtifactStore;
  readonly index: FileStepIndex;
  readonly #lock: HomeLock;

  private constructor(root: string, store: FileArtifactStore, index: FileStepIndex, lock: HomeLock) {
    this.root = root;
    this.store = store;
    this.index = index;
    this.#lock = lock;
  }

  /** Throws HomeInUseError while another process cooks there, StoreUnwritableError when nothing can be written. */
  static async open(root: string): Promise<LocalHome> {
    const store = await FileArtifactStore.open(join(root, 'blobs'));
    const lock = await HomeLock.take(root);
    try {
      return new LocalHome(root, store, await FileStepIndex.open(join(root, 'steps'), store), lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** The folder where a step keeps its own checkpoints until it succeeds. */
  async scratch(key: string): Promise<string> {
    const folder = join(this.root, 'scratch', key);
    await makeFolder(folder);
    return folder;
  }

  async removeScratch(key: string): Promise<void> {
    await rm(join(this.root, 'scratch', key), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.#lock.release();
  }
}
