/**
 * @file Files and folders that are being written. Whoever writes them removes them when it fails; a program that is told to end
 * at once, in the middle of it, asks here what to remove.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { writeError } from './disk-errors.js';
import { flushFolder } from './flush-folder.js';
import { makeFolder, removeEmptyFolders } from './make-folder.js';

const unfinished = new Set<string>();

/** Says that a path is being written, until it is disposed of. It may not be there yet. */
export function beginWriting(...paths: readonly string[]): Disposable {
  const whole = paths.map((path) => resolve(path));
  for (const path of whole) unfinished.add(path);
  return {
    [Symbol.dispose]() {
      for (const path of whole) unfinished.delete(path);
    },
  };
}

/** Removes everything that this process has begun to write and not finished. For its last moments: nothing is waited for. */
export function removeUnfinished(): void {
  for (const path of unfinished) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // The next one may be removable.
    }
  }
  unfinished.clear();
}

/**
 * Writes the files of a folder so that all of them get their names or none does. A folder that is there keeps what else is in
 * it.
 *
 * @param write is given an empty folder to write into
 * @throws as `write`; StoreUnwritableError, StoreFullError
 */
export async function writeWholeFolder<Result>(
  output: string,
  write: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = resolve(output);
  const there = await readdir(folder).catch(() => undefined);
  const name = `.${basename(folder)}.${process.pid}.${randomUUID()}.partial`;
  // Inside of a folder that is there, which may be a file system of its own.
  const temporary = there === undefined ? join(dirname(folder), name) : join(folder, name);
  using _ = beginWriting(temporary);
  let made: string | null = null;
  try {
    made = await makeFolder(dirname(temporary));
    await makeFolder(temporary);
    const result = await write(temporary);
    if (there === undefined) await rename(temporary, folder);
    else await moveInto(folder, temporary, there);
    await flushFolder(there === undefined ? dirname(folder) : folder);
    return result;
  } catch (error) {
    throw writeError(error, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    await removeEmptyFolders(dirname(temporary), made);
  }
}

/** Files that replace others come last, when nothing new can fail any more. */
async function moveInto(folder: string, temporary: string, there: readonly string[]): Promise<void> {
  const names = await readdir(temporary);
  const fresh = names.filter((name) => !there.includes(name));
  const paths = fresh.map((name) => join(folder, name));
  using _ = beginWriting(...paths);
  try {
    for (const name of [...fresh, ...names.filter((name) => there.includes(name))]) {
      await rename(join(temporary, name), join(folder, name));
    }
    await rmdir(temporary);
  } catch (error) {
    for (const path of paths) await rm(path, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}
