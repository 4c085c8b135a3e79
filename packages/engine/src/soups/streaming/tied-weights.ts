import type { CheckpointReader } from '../../checkpoints/open-checkpoint.js';
import { type StoredType, storedBytes } from '../../checkpoints/storage.js';
import { sha256Hex } from '../../json.js';

/** Matrices smaller than this are not worth tying, and could be equal by chance: all zeros, all ones. */
const SMALLEST_BYTES = 16_384;
const BEGINNING_BYTES = 4096;
const PART_BYTES = 2 ** 20;

/**
 * Which tensors are one weight under two names, such as a text model's embedding and its output. A safetensors file cannot
 * say so (two tensors must not share bytes): most writers keep one name, and then nothing is tied in the file; others write
 * both. Matrices are tied when they are equal, byte for byte, in every checkpoint.
 *
 * @returns the second and later names → the first, by name; mixed once, they stay equal under any method
 */
export async function tiedWeights(
  checkpoints: readonly CheckpointReader[],
  types: ReadonlyMap<string, StoredType>,
): Promise<ReadonlyMap<string, string>> {
  const [first] = checkpoints;
  if (first === undefined) return new Map();
  const groups = new Map<string, string[]>();
  for (const [name, type] of [...types].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (type.shape.length < 2 || storedBytes(type) < SMALLEST_BYTES) continue;
    // The first kilobytes settle nearly every pair.
    const beginning = Buffer.alloc(BEGINNING_BYTES);
    await first.readInto(name, beginning);
    const key = `${type.dtype} ${type.shape.join()} ${sha256Hex(beginning)}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const tied = new Map<string, string>();
  for (const names of groups.values()) {
    for (const [place, name] of names.entries()) {
      for (const earlier of names.slice(0, place)) {
        if (tied.has(earlier) || !(await equalEverywhere(checkpoints, earlier, name))) continue;
        tied.set(name, earlier);
        break;
      }
    }
  }
  return tied;
}

async function equalEverywhere(checkpoints: readonly CheckpointReader[], one: string, other: string): Promise<boolean> {
  for (const checkpoint of checkpoints) {
    const bytes = checkpoint.tensors.get(one)?.bytes ?? 0;
    for (let start = 0; start < bytes; start += PART_BYTES) {
      if (!(await equal(checkpoint, one, other, start, Math.min(PART_BYTES, bytes - start)))) return false;
    }
  }
  return true;
}

async function equal(
  checkpoint: CheckpointReader,
  one: string,
  other: string,
  start: number,
  length: number,
): Promise<boolean> {
  const [left, right] = [Buffer.alloc(length), Buffer.alloc(length)];
  await checkpoint.readInto(one, left, start);
  await checkpoint.readInto(other, right, start);
  return left.equals(right);
}
