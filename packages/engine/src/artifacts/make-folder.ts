import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StoreUnwritableError, writeError } from './disk-errors.js';

/**
 * Makes a folder and those above it, as `mkdir -p`. Node's own recursive mkdir never comes back from a file system that says of
 * a folder which is there that it is not (procfs).
 *
 * @returns the topmost folder that was not there; null where all were
 * @throws StoreUnwritableError for a place where no folder can be made, StoreFullError
 */
export async function makeFolder(path: string): Promise<string | null> {
  const folder = resolve(path);
  try {
    return await make(folder);
  } catch (error) {
    throw writeError(error, folder);
  }
}

/** Removes a folder and those above it, up to `top`, as long as nothing is in them: what a failed writer had to make. */
export async function removeEmptyFolders(path: string, top: string | null): Promise<void> {
  if (top === null) return;
  for (let folder = resolve(path); folder.startsWith(top); folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}

async function make(folder: string): Promise<string | null> {
  const made = await tryToMake(folder);
  if (made !== 'nothing above' || dirname(folder) === folder) return made === 'made' ? folder : null;
  const top = await make(dirname(folder));
  const again = await tryToMake(folder);
  if (again !== 'nothing above') return top ?? (again === 'made' ? folder : null);
  // The folder above is there, and still nothing is found there to make one in.
  throw new StoreUnwritableError(folder, new Error('its file system makes no folders'));
}

async function tryToMake(folder: string): Promise<'made' | 'there' | 'nothing above'> {
  try {
    await mkdir(folder);
    return 'made';
  } catch (error) {
    if (await isFolder(folder)) return 'there';
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'nothing above';
    throw error;
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
