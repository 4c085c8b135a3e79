import { findSplit, isIssue, own } from './check-splits.js';
import { groupOfDrawn } from './compile-ingredients.js';
import { interTrained, type Recipe } from './schema.js';

/**
 * Whether a model saw, without labels, what it is judged on. `joint`: the very examples of the benchmark. `disjoint`: other
 * examples of the same shift, which no label came with. Left out where neither: an ordinary score.
 */
export type Transduction = 'joint' | 'disjoint';

/**
 * How a score on `reference` ('mnist/rotated') is to be read for a model of one of the recipe's groups of ingredients. A split
 * that is trained on counts as of the same shift when its role is `shift` and it is of the benchmark's dataset.
 */
export function transductionOf(recipe: Recipe, groups: readonly string[], reference: string): Transduction | undefined {
  const seen = unlabelledSplits(recipe, groups);
  if (seen.includes(reference)) return 'joint';
  const [dataset] = reference.split('/');
  const related = seen.some((other) => {
    const split = findSplit(recipe, other, []);
    return other.split('/')[0] === dataset && !isIssue(split) && split.role === 'shift';
  });
  return related ? 'disjoint' : undefined;
}

/** The splits that models of these groups were trained on without labels. Soups lead to the groups they are made of. */
function unlabelledSplits(recipe: Recipe, names: readonly string[]): string[] {
  const splits = new Set<string>();
  const pending = [...names];
  const done = new Set<string>();
  while (pending.length > 0) {
    const name = pending.pop() ?? '';
    if (done.has(name)) continue;
    done.add(name);
    const soup = own(recipe.soups, name);
    const group = recipe.ingredients.find((candidate) => candidate.name === name);
    if (soup !== undefined) pending.push(...soup.ingredients);
    else if (group === undefined) pending.push(...[groupOfDrawn(recipe, name)].flatMap((owner) => owner?.name ?? []));
    else if (interTrained(group)) splits.add(group.split);
    else pending.push(...(group.from ?? []));
  }
  return [...splits];
}
