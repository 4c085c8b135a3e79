import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { identifySelf, isAlive, type ProcessIdentity } from './process-identity.js';
import { errorCode } from './refusal.js';

const holderSchema = z.object({
  pid: z.number().int(),
  birth: z.string(),
  /** What the holder said of itself: where its dashboard is, and whether it is stopping. */
  note: z.record(z.string(), z.string()).default({}),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** One supervisor a data root: the lock is a file that names the process, believed only while that process lives. */
export class Lock {
  readonly #path: string;
  readonly #self: ProcessIdentity;

  private constructor(path: string, self: ProcessIdentity) {
    this.#path = path;
    this.#self = self;
  }

  /** Takes the lock, or returns the living process that holds it. A lock whose holder is gone is taken over. */
  static acquire(folder: string): Lock | LockHolder {
    const path = join(folder, 'supervisor.json');
    const self = identifySelf();
    const mine = `${path}.${self.pid}`;
    writeFileSync(mine, JSON.stringify(self), { mode: 0o600 });
    try {
      for (;;) {
        try {
          // A hard link to a complete file: the lock appears whole, and only for one of those who try at once.
          linkSync(mine, path);
          return new Lock(path, self);
        } catch (error) {
          if (errorCode(error) !== 'EEXIST') throw error;
        }
        const holder = readHolder(path);
        if (holder !== undefined && isAlive(holder)) return holder;
        removeStale(path, holder);
      }
    } finally {
      rmSync(mine, { force: true });
    }
  }

  /** Tells those who find the lock taken something about its holder. */
  describe(note: Readonly<Record<string, string>>): void {
    const temporary = `${this.#path}.${this.#self.pid}`;
    writeFileSync(temporary, JSON.stringify({ ...this.#self, note }), { mode: 0o600 });
    renameSync(temporary, this.#path);
  }

  release(): void {
    if (readHolder(this.#path)?.birth === this.#self.birth) rmSync(this.#path, { force: true });
  }
}

/** The living process that holds the lock of a folder, if one does. */
export function lockHolder(folder: string): LockHolder | undefined {
  const holder = readHolder(join(folder, 'supervisor.json'));
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

function readHolder(path: string): LockHolder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Moves a dead holder's lock away, then looks at what was moved: between our look and the move another start may have
 * put its own there, which goes back.
 */
function removeStale(path: string, stale: LockHolder | undefined): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && moved.birth !== stale?.birth && isAlive(moved)) {
    try {
      linkSync(aside, path);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
  rmSync(aside, { force: true });
}
