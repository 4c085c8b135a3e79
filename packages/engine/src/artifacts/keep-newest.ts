import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

export interface KeepOptions {
  /** Which files of the folder are meant. */
  readonly pattern: RegExp;
  /** Paths that stay, whatever they are; they count as used now. */
  readonly used: readonly string[];
  /** Of the others as many stay, and as many bytes. */
  readonly most?: number;
  readonly bytes?: number;
}

/** Removes files of a folder that were not used for longest, and leaves as many as may stay. */
export async function keepNewest(
  folder: string,
  { pattern, used, most = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY }: KeepOptions,
): Promise<void> {
  await Promise.all(used.map(touch));
  const names = (await readdir(folder)).filter((name) => pattern.test(name));
  const others = names.map((name) => join(folder, name)).filter((path) => !used.includes(path));
  if (others.length <= most && bytes === Number.POSITIVE_INFINITY) return;
  const found = await Promise.all(others.map(timeOf));
  const files = found.flatMap((file) => file ?? []);
  let [count, sum] = [0, 0];
  for (const { path, size } of files.sort((a, b) => b.time - a.time || (a.path < b.path ? -1 : 1))) {
    count++;
    sum += size;
    if (count > most || sum > bytes) await rm(path, { force: true });
  }
}

/** When a file was used last; null for one that somebody else removed meanwhile. */
async function timeOf(path: string) {
  const found = await stat(path).catch(() => null);
  return found === null ? null : { path, time: Math.max(found.atimeMs, found.mtimeMs), size: found.size };
}

/** Says that a file is used now; one that cannot be touched, or is not there yet, is only older than it should be. */
async function touch(path: string): Promise<void> {
  try {
    await utimes(path, new Date(), (await stat(path)).mtime);
  } catch {
    // Nothing depends on it.
  }
}
