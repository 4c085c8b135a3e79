import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, Refusal } from './refusal.js';

/**
 * A random secret that belongs to this installation: 32 bytes as base64url, made once, in a file that only its owner may
 * read. There is no default secret anywhere.
 */
export function ensureSecret(folder: string, name: string): string {
  const path = join(folder, name);
  try {
    chmodSync(path, 0o600);
    const secret = readFileSync(path, 'utf8').trim();
    if (secret.length < 32) {
      throw new Refusal(
        `The secret in ${path} is too short to be safe.`,
        'Remove that file: a new one is made at the next start, and everybody signs in again.',
      );
    }
    return secret;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const secret = randomBytes(32).toString('base64url');
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${secret}\n`, { mode: 0o600 });
  try {
    linkSync(temporary, path);
    return secret;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return readFileSync(path, 'utf8').trim();
  } finally {
    rmSync(temporary, { force: true });
  }
}
