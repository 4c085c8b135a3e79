import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../artifacts/temporary.js';
import { StockpotEngineError } from '../errors.js';

export class HomeInUseError extends StockpotEngineError {
  constructor(root: string, owner: string, file: string) {
    super(
      `Another Stockpot (process ${owner}) is cooking in ${root}.`,
      `Wait until it has finished, or use another folder: --home DIR. If no such process runs, remove ${file}.`,
    );
  }
}

/**
 * One cook at a time in one home: two would train the same step in the same scratch folder. The file names its owner, so
 * that the lock of a process that was killed is taken over.
 */
export class HomeLock {
  readonly #file: string;
  readonly #owner: string;

  private constructor(file: string, owner: string) {
    this.#file = file;
    this.#owner = owner;
  }

  static async take(root: string): Promise<HomeLock> {
    const file = join(root, 'cook.lock');
    const owner = `${process.pid}@${hostname()}`;
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        await writeFile(file, owner, { flag: 'wx' });
        return new HomeLock(file, owner);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      const holder = await readFile(file, 'utf8').catch(() => '');
      const [pid, host] = holder.split('@');
      // An empty file is a lock that is being written, or one whose writer was killed in between.
      const stale = holder === '' ? attempt >= 3 : host === hostname() && !isAlive(Number(pid));
      if (stale) await rm(file, { force: true });
      else if (holder !== '') throw new HomeInUseError(root, holder, file);
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new HomeInUseError(root, 'unknown', file);
  }

  async release(): Promise<void> {
    const holder = await readFile(this.#file, 'utf8').catch(() => '');
    if (holder === this.#owner) await rm(this.#file, { force: true });
  }
}
