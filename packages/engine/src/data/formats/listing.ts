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

/** What lies below a folder, as paths with forward slashes, in order. */
interface Tree {
  readonly files: readonly string[];
  /** Folders in which nothing is. */
  readonly empty: readonly string[];
}

/** Files below a folder down to some levels, as paths with forward slashes, in order. A link back to a folder above ends there. */
export async function listFiles(folder: string, levels: number): Promise<readonly string[]> {
  return (await listTree(folder, levels)).files;
}

/** As `listFiles`, with the folders in which nothing is: of images, each may be a class. */
export async function listTree(folder: string, levels: number): Promise<Tree> {
  return below(folder, levels, []);
}

async function below(folder: string, levels: number, above: readonly string[]): Promise<Tree> {
  const place = await realpath(folder).catch(() => folder);
  if (above.includes(place)) return { files: [], empty: [] };
  const listing = await listFolder(folder);
  const files = [...listing.files];
  const empty: string[] = [];
  if (levels <= 1) return { files, empty };
  for (const name of listing.folders) {
    const inside = await below(join(folder, name), levels - 1, [...above, place]);
    for (const path of inside.files) files.push(`${name}/${path}`);
    if (inside.files.length === 0 && inside.empty.length === 0) empty.push(name);
    for (const path of inside.empty) empty.push(`${name}/${path}`);
  }
  return { files, empty };
}

/** The order of sort() in Python for names of the basic plane: by code unit, not by language. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
