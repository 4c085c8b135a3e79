import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseError } from '../errors.js';
import { identityOf, sleep } from './processes.js';

/**
 * Runs `body` while no other process holds the lock at `path`. The lock is a file that names its holder, made complete in
 * one step by a hard link; one whose holder died is taken over, so a `kill -9` never blocks the next start.
 */
export async function withFileLock<T>(path: string, body: () => Promise<T>, timeoutMilliseconds = 120_000): Promise<T> {
  const mine = identityOf(process.pid) ?? String(process.pid);
  const draft = `${path}.${randomUUID()}`;
  const deadline = Date.now() + timeoutMilliseconds;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    while (!tryLink(draft, path)) {
      takeFromTheDead(path);
      if (Date.now() > deadline) {
        throw new DatabaseError(
          'CANNOT_START',
          `Another process (${readHolder(path) ?? 'unknown'}) has held the lock ${path} for too long.`,
          'Wait for it or end it, then try again.',
        );
      }
      await sleep(25 + Math.random() * 50);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  try {
    return await body();
  } finally {
    if (readHolder(path) === mine) rmSync(path, { force: true });
  }
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function takeFromTheDead(path: string): void {
  const holder = readHolder(path);
  if (holder === null || isAlive(holder)) return;
  const aside = `${path}.dead-${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // Somebody else took it over first.
  }
  // Between our look and our rename another may have taken over: then what we moved is alive, and goes back.
  const moved = readHolder(aside);
  if (moved !== null && isAlive(moved)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function isAlive(holder: string): boolean {
  return identityOf(Number.parseInt(holder, 10)) === holder;
}
