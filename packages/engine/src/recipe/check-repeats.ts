import { greedyEnsembleWishes } from './baselines.js';
import { isRange } from './draw.js';
import { drawnNames } from './drawn-names.js';
import { looksAtExamples } from './example-soups.js';
import type { DocumentIssue, Path } from './issues.js';
import { isMixed, mixingMethod } from './mixing-soups.js';
import { type Redrawn, repeatsOf } from './repeats.js';
import { isTraining, MAX_INGREDIENTS, type Recipe, type RecipeSoup } from './schema.js';

/** A recipe cannot be repeated beyond what a plan holds, nor draw anew what is not drawn. */
export function checkRepeats(recipe: Recipe): DocumentIssue[] {
  const { repeats } = recipe;
  if (repeats === undefined) return [];
  const { count, redraw } = repeatsOf(repeats);
  const issues: DocumentIssue[] = [];
  const once = [...drawnNames(recipe).values()].flat().length + Object.keys(recipe.soups).length;
  if (count * once > MAX_INGREDIENTS) {
    issues.push({
      path: typeof repeats === 'number' ? ['repeats'] : ['repeats', 'count'],
      message: `${count} repeats of ${once} ingredients and soups are ${count * once}, more than the ${MAX_INGREDIENTS} that one recipe may have. Repeat at most ${Math.floor(MAX_INGREDIENTS / once)} times, or lower a count.`,
    });
  }
  const seeded =
    recipe.ingredients.some(isTraining) ||
    Object.values(recipe.soups).some(draws) ||
    greedyEnsembleWishes(recipe).some(({ wish }) => wish.order === 'random');
  if (redraw.size === 0 && !seeded) {
    const message =
      'no seed reaches anything here: all ingredients are checkpoints that are there, and no soup draws. Every repeat would be the first; remove `repeats`.';
    issues.push({ path: ['repeats'], message });
  }
  [...redraw].forEach((what, index) => {
    const path: Path = ['repeats', 'redraw', index];
    const message = undrawn[what](recipe);
    if (message !== undefined) issues.push({ path, message });
  });
  return issues;
}

/** Whether a soup is made with a seed. */
function draws(soup: RecipeSoup): boolean {
  if (isMixed(soup)) return mixingMethod(soup).random === true;
  return looksAtExamples(soup) || soup.method === 'learned' || (soup.method === 'greedy' && soup.order === 'random');
}

/** Why there is nothing to draw anew; undefined where there is. */
const undrawn: { readonly [What in Redrawn]: (recipe: Recipe) => string | undefined } = {
  hyperparameters: ({ ingredients }) =>
    ingredients.filter(isTraining).some(({ space }) => Object.values(space).some(isRange))
      ? undefined
      : "no hyperparameter is drawn: each is a constant. Give one a range, such as `lr: { loguniform: [1.0e-4, 1.0e-3] }`, or remove 'hyperparameters'.",
  head: ({ stock }) =>
    stock === undefined
      ? "there is no stock, and no head to fit. Remove 'head'."
      : stock.head.algorithm === 'zero-shot'
        ? "a zero-shot head is made of text embeddings and has no seed. Remove 'head'."
        : undefined,
  stock: ({ stock }) =>
    stock?.pretrain === undefined
      ? "no stock is pre-trained here: no seed makes it another. Remove 'stock'; 'head' fits the head anew."
      : undefined,
};
