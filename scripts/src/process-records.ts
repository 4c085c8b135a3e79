import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

const recordSchema = z.object({ role: z.string(), pid: z.number().int(), birth: z.string() });
export type ProcessRecord = z.infer<typeof recordSchema>;

/**
 * The processes that a supervisor started, on disk, so that the next supervisor can end those which outlived it. Each is
 * the leader of its own process group: its children end with it.
 */
export class ProcessRecords {
  readonly #folder: string;

  constructor(runFolder: string) {
    this.#folder = runFolder;
  }

  add(role: string, pid: number): void {
    const identity = identify(pid);
    // It ended at once; whoever waits for it says why.
    if (identity === undefined) return;
    writeFileSync(this.#path(role, pid), JSON.stringify({ role, ...identity }), { mode: 0o600 });
  }

  remove(role: string, pid: number): void {
    rmSync(this.#path(role, pid), { force: true });
  }

  /** Records whose process still lives; the rest is cleared away. */
  living(): ProcessRecord[] {
    const found: ProcessRecord[] = [];
    for (const name of readdirSync(this.#folder)) {
      if (!name.endsWith('.process.json')) continue;
      const record = readRecord(join(this.#folder, name));
      if (record !== undefined && isAlive(record)) found.push(record);
      else rmSync(join(this.#folder, name), { force: true });
    }
    return found;
  }

  /** Ends what an earlier supervisor left: asks first, and after `graceMs` no longer asks. Returns what was ended. */
  async reap(graceMs: number): Promise<ProcessRecord[]> {
    const orphans = this.living();
    for (const orphan of orphans) signalGroup(orphan, 'SIGTERM');
    const deadline = Date.now() + graceMs;
    while (orphans.some(isAlive) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    for (const orphan of orphans) {
      if (isAlive(orphan)) signalGroup(orphan, 'SIGKILL');
      this.remove(orphan.role, orphan.pid);
    }
    return orphans;
  }

  #path(role: string, pid: number): string {
    return join(this.#folder, `${role}-${pid}.process.json`);
  }
}

/** Signals a process group by its leader, after making sure that the id still belongs to that leader. */
export function signalGroup(leader: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(leader)) return;
  try {
    process.kill(-leader.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

function readRecord(path: string): ProcessRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
