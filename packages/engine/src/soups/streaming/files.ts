/**
 * @file Reading and writing at places of open files, synchronously: in a thread of its own that is the fastest way, and
 * it lands in the memory where it is computed with.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { writeError } from '../../artifacts/disk-errors.js';
import { CheckpointError } from '../../checkpoints/errors.js';
import type { Place, Target } from './job.js';

const HASH_BYTES = 1 << 18;

/** Fills `target` from a place on. Throws CheckpointError, by the ingredient's name, when the file ends before. */
export function readAt({ fd, position }: Place, target: Uint8Array, offset: number, name: string): void {
  for (let done = 0; done < target.length; ) {
    const read = readSync(fd, target, done, target.length - done, position + offset + done);
    if (read === 0) {
      throw new CheckpointError(name, 'the file shrank while it was read.', 'Leave checkpoints alone in use.');
    }
    done += read;
  }
}

/** Throws StoreFullError and StoreUnwritableError by what the file is to be called. */
export function writeAt(target: Target, bytes: Uint8Array, offset: number): void {
  if ('memory' in target) {
    new Uint8Array(target.memory).set(bytes, offset);
    return;
  }
  const { fd, position, path = 'the soup' } = target;
  try {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(fd, bytes, done, bytes.length - done, position + offset + done);
    }
  } catch (error) {
    throw writeError(error, path);
  }
}

/** SHA-256 of a file. */
export function hashWholeFile(path: string): { readonly sha256: string; readonly bytes: number } {
  const digest = createHash('sha256');
  const chunk = new Uint8Array(HASH_BYTES);
  const fd = openSync(path, 'r');
  try {
    let bytes = 0;
    for (;;) {
      const read = readSync(fd, chunk, 0, chunk.length, bytes);
      if (read === 0) return { sha256: digest.digest('hex'), bytes };
      digest.update(chunk.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(fd);
  }
}
