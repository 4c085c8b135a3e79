import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreUnwritableError } from './disk-errors.js';

/**
 * Makes a file, in a folder that is there, and opens it to be written. Throws StoreUnwritableError where the file system takes no
 * files (procfs says that there is no such one).
 */
export async function openNew(path: string, mode?: number): Promise<FileHandle> {
  try {
    return await open(path, 'wx', mode);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new StoreUnwritableError(dirname(path), new Error('its file system takes no files'));
  }
}
