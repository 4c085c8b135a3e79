import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFileError } from '../errors.js';

export interface Listing {
  /** Names in ascending order of their code units. Hidden ones (a leading dot) are left out. */
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** What lies in a folder; links count as what they lead to. Throws DataFileError when it cannot be read. */
export async function listFolder(folder: string): Promise<Listing> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new DataFileError(folder, 'the folder cannot be read.', 'Check the source in the recipe.', { cause });
  });
  const folders: string[] = [];
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const kind = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => undefined) : entry;
    if (kind?.isDirectory()) folders.push(entry.name);
    else if (kind?.isFile()) files.push(entry.name);
  }
  return { folders: folders.sort(byCodeUnit), files: files.sort(byCodeUnit) };
}

/** Files below a folder down to some levels, as paths with forward slashes, in order. A link back to a folder above ends there. */
export async function listFiles(folder: string, levels: number): Promise<string[]> {
  return below(folder, levels, []);
}

async function below(folder: string, levels: number, above: readonly string[]): Promise<string[]> {
  const place = await realpath(folder).catch(() => folder);
  if (above.includes(place)) return [];
  const { folders, files } = await listFolder(folder);
  const found: string[] = [...files];
  if (levels <= 1) return found;
  for (const name of folders) {
    for (const path of await below(join(folder, name), levels - 1, [...above, place])) found.push(`${name}/${path}`);
  }
  return found;
}

/** The order of sort() in Python for names of the basic plane: by code unit, not by language. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
