import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from './refusal.js';

/**
 * The name under which this installation's worker does its work, the same at every start: a worker that comes back under
 * its name takes up its own unfinished work at once. Random in part, as several machines may share one database.
 */
export function workerName(folder: string): string {
  const path = join(folder, 'worker-id');
  try {
    const name = readFileSync(path, 'utf8').trim();
    if (name !== '') return name;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const name = `${hostname().slice(0, 150)}-${randomBytes(4).toString('hex')}`;
  writeFileSync(path, `${name}\n`);
  return name;
}
