/** @file Which ingredients of a recipe may be averaged with which. */
import type { DocumentIssue } from './issues.js';
import { type Basin, lineageOf } from './lineage.js';
import { isMixed, mixingMethod } from './mixing-soups.js';
import type { Recipe } from './schema.js';

/**
 * Refuses to average models that no word of the recipe puts into one basin: the mean of two trainings from different stocks is
 * worth nothing, however well each of them does. Files that say of themselves where they come from are asked again when the
 * soup is cooked.
 */
export function checkBasins(recipe: Recipe): DocumentIssue[] {
  const { basinsOf } = lineageOf(recipe);
  return Object.entries(recipe.soups).flatMap(([name, soup]) => {
    const [first, other] = basinsOf(soup.ingredients);
    if (first === undefined) return [];
    if (other !== undefined) return [{ path: ['soups', name, 'ingredients'], message: apart(first, other) }];
    if (first.stock === 'of the recipe' || !isMixed(soup) || !mixingMethod(soup).needsBase) return [];
    const { stock } = recipe;
    const own =
      stock === undefined
        ? 'this recipe has none'
        : `no word says that '${first.model}' was fine-tuned from '${stock.name}'`;
    const message = `${soup.method} starts from the stock that its ingredients were fine-tuned from, and ${own}. Name it as the recipe's stock and write \`stock: ${stock?.name ?? 'NAME'}\` into '${first.group}', or take another method.`;
    return [{ path: ['soups', name, 'method'], message }];
  });
}

function apart(one: Basin, other: Basin): string {
  const wordless = [one, other].find(({ stock }) => stock === 'unknown');
  const said = wordless === undefined ? '' : ` If they have one, say which: \`stock: NAME\` in '${wordless.group}'.`;
  const group = wordless?.group ?? other.group;
  return `'${one.model}' and '${other.model}' have no declared stock in common: models of different stocks do not lie in one basin, and their average is worth nothing.${said} Otherwise align them first, by a group {name: aligned, algorithm: aligned, align: [${group}], to: ${one.model}}, and mix [${one.model}, aligned]; or compare with an ensemble, which needs neither.`;
}
