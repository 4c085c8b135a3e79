import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { cannotBeOpened } from '@stockpot/engine/checkpoints';
import { compilePlan, MAX_RECIPE_BYTES, type ParseOptions, type Plan, parseRecipe } from '@stockpot/engine/recipe';
import { UsageError } from './failure.js';

export interface RecipeFile {
  readonly plan: Plan;
  /** Folder of the recipe: what a data set's path is relative to. */
  readonly folder: string;
}

/** Reads, checks and compiles a recipe file. Throws CheckpointError, UsageError and RecipeError. */
export async function readRecipe(file: string, options: Pick<ParseOptions, 'precision'> = {}): Promise<RecipeFile> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw cannotBeOpened(file, error);
  });
  if (text.length > MAX_RECIPE_BYTES * 4) {
    throw new UsageError(`${file} is too large to be a recipe.`, 'Name a YAML or JSON file.');
  }
  return {
    plan: compilePlan(parseRecipe(text, { ...options, source: basename(file) })),
    folder: dirname(resolve(file)),
  };
}
