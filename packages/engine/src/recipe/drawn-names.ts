/** @file What the models of a recipe's groups of ingredients are called. */
import { interTrained, isTraining, type Recipe, type RecipeAlignments, type RecipeIngredients } from './schema.js';

/** The names that the models of a recipe's groups get, group by group. */
export function drawnNames(recipe: Recipe): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  const plain = ({ name }: RecipeIngredients, count: number) =>
    names.set(
      name,
      numbered(count).map((index) => ingredientName({ name }, index, null)),
    );
  for (const group of recipe.ingredients) {
    if (interTrained(group)) plain(group, group.count);
    if (group.algorithm === 'imported') plain(group, group.checkpoints.length);
  }
  for (const group of recipe.ingredients) {
    if (!isTraining(group) || interTrained(group)) continue;
    const parents = group.from?.flatMap((name) => names.get(name) ?? []) ?? [null];
    names.set(
      group.name,
      parents.flatMap((parent) => numbered(group.count).map((index) => ingredientName(group, index, parent))),
    );
  }
  const trained = new Map(names);
  for (const group of recipe.ingredients) {
    if (group.algorithm !== 'aligned') continue;
    names.set(
      group.name,
      modelsToAlign(group, trained).map((model) => alignedName(group, model)),
    );
  }
  return names;
}

/** The group that a drawn model is of; undefined for a name that no group gives. */
export function groupOfDrawn(recipe: Recipe, name: string): RecipeIngredients | undefined {
  const [group] = [...drawnNames(recipe)].find(([, names]) => names.includes(name)) ?? [];
  return recipe.ingredients.find((candidate) => candidate.name === group);
}

/**
 * The models of a group of alignments, each once. The reference lies as it should.
 *
 * @param groups names of the models of the groups that are trained or imported
 */
export function modelsToAlign(
  { align, to }: RecipeAlignments,
  groups: ReadonlyMap<string, readonly string[]>,
): string[] {
  const members = align.flatMap((name) => groups.get(name) ?? [name]);
  return [...new Set(members)].filter((name) => name !== to);
}

/** `aligned-theirs-03`. */
export function alignedName({ name }: Pick<RecipeIngredients, 'name'>, model: string): string {
  return `${name}-${model}`;
}

export function numbered(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/**
 * Two digits at least, and never more than the index needs: a larger count renames nothing. What is fine-tuned from another
 * ingredient carries its name: `ft-mae-00-03`.
 */
export function ingredientName(group: Pick<RecipeIngredients, 'name'>, index: number, parent: string | null): string {
  const stem = parent === null ? group.name : `${group.name}-${parent}`;
  return `${stem}-${String(index).padStart(2, '0')}`;
}
