import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { compilePlan, MAX_RECIPE_BYTES, type Plan, parseRecipe } from '@stockpot/engine/recipe';
import { UsageError } from './failure.js';

export interface RecipeFile {
  readonly plan: Plan;
  /** Folder of the recipe: what a data set's path is relative to. */
  readonly folder: string;
}

/** Reads, checks and compiles a recipe file. Throws UsageError and RecipeError. */
export async function readRecipe(file: string): Promise<RecipeFile> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (text.length > MAX_RECIPE_BYTES * 4) {
    throw new UsageError(`${file} is too large to be a recipe.`, 'Name a YAML or JSON file.');
  }
  return { plan: compilePlan(parseRecipe(text, { source: basename(file) })), folder: dirname(resolve(file)) };
}

export function unreadable(file: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') {
    return new UsageError(`There is no file ${file}.`, `Check the path; it is looked for in ${process.cwd()}.`);
  }
  if (code === 'EISDIR') return new UsageError(`${file} is a folder.`, 'Name the file inside it.');
  return new UsageError(
    `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    'Check that this user may read it.',
  );
}
