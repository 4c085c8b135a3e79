import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StoreUnwritableError, writeError } from './disk-errors.js';

/**
 * Makes a folder and those above it, as `mkdir -p`. Node's own recursive mkdir never comes back from a file system that says of
 * a folder which is there that it is not (procfs).
 *
 * @throws StoreUnwritableError for a place where no folder can be made, StoreFullError
 */
export async function makeFolder(path: string): Promise<void> {
  const folder = resolve(path);
  try {
    await make(folder);
  } catch (error) {
    throw writeError(error, folder);
  }
}

async function make(folder: string): Promise<void> {
  if ((await tryToMake(folder)) || dirname(folder) === folder) return;
  await make(dirname(folder));
  if (await tryToMake(folder)) return;
  // The folder above is there, and still nothing is found there to make one in.
  throw new StoreUnwritableError(folder, new Error('its file system makes no folders'));
}

/** Whether the folder is there now, whoever made it; false where the one above is not. */
async function tryToMake(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (await isFolder(folder)) return true;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
