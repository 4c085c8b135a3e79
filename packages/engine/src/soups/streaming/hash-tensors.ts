import { createHash } from 'node:crypto';
import type { CheckpointReader } from '../../checkpoints/open-checkpoint.js';
import type { SoupCertificate } from '../certificate.js';
import { hashWholeFile } from './files.js';

const PART_BYTES = 2 ** 20;

/** SHA-256 of every tensor's bytes as they are stored. */
export async function hashCheckpointTensors(checkpoint: CheckpointReader): Promise<SoupCertificate['tensors']> {
  const hashes: [string, { sha256: string; bytes: number }][] = [];
  for (const [name, { bytes }] of checkpoint.tensors) {
    const digest = createHash('sha256');
    for (let start = 0; start < bytes; start += PART_BYTES) {
      const part = new Uint8Array(Math.min(PART_BYTES, bytes - start));
      await checkpoint.readInto(name, part, start);
      digest.update(part);
    }
    hashes.push([name, { sha256: digest.digest('hex'), bytes }]);
  }
  return Object.fromEntries(hashes);
}

/** SHA-256 of files, in their order. */
export async function hashFiles(paths: readonly string[]): Promise<readonly string[]> {
  return paths.map((path) => hashWholeFile(path).sha256);
}
