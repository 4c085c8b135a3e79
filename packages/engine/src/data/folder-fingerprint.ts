import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HashCache } from '../artifacts/hash-cache.js';
import { hashFile } from '../checkpoints/locate.js';
import { listTree } from './formats/listing.js';

/** Folders up to this size are hashed by content, which takes a second or two. */
const HASHED_BYTES = 512 * 1024 * 1024;
const LEVELS = 12;
/** Files that are looked at at once. */
const AT_ONCE = 64;

interface FingerprintOptions {
  readonly hashedBytes?: number;
  /** What is known of files that nobody wrote to since. */
  readonly hashes?: HashCache;
}

/**
 * Tells whether a folder of data changed, quickly enough to ask before every run. Small folders are hashed by content: the
 * same on every machine. Of larger ones the paths, sizes and times of change are hashed; should a file be changed behind
 * all of them, its examples are refused when they are read.
 *
 * @returns a SHA-256 in hexadecimal
 * @throws DataFileError for a folder that cannot be read
 */
export async function folderFingerprint(
  folder: string,
  { hashedBytes = HASHED_BYTES, hashes }: FingerprintOptions = {},
): Promise<string> {
  const { files, empty } = await listTree(folder, LEVELS);
  const stats = await inBatches(files, async (path) => {
    const { size, mtimeNs } = await stat(join(folder, path), { bigint: true });
    return { size, mtimeNs };
  });
  const total = stats.reduce((sum, { size }) => sum + size, 0n);
  const byContent = Number(total) <= hashedBytes;
  const hashOf = (file: string) => (hashes === undefined ? hashFile(file) : hashes.of(file));
  const digest = createHash('sha256').update(byContent ? 'contents\n' : 'times\n');
  const marks = byContent
    ? await inBatches(files, (path) => hashOf(join(folder, path)))
    : stats.map(({ size, mtimeNs }) => `${size} ${mtimeNs}`);
  for (const [index, path] of files.entries()) digest.update(`${JSON.stringify(path)} ${marks[index] ?? ''}\n`);
  // A class without images is a class all the same, and moves the numbers of those behind it.
  for (const path of empty) digest.update(`${JSON.stringify(`${path}/`)}\n`);
  return digest.digest('hex');
}

async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))));
  }
  return results;
}
