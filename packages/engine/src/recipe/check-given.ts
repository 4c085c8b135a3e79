/** @file Mistakes in groups of ingredients that are not trained. */
import { findSplit, isIssue } from './check-splits.js';
import { secondSplit } from './compile-benchmarks.js';
import { didYouMean, listed } from './did-you-mean.js';
import { drawnNames, groupOfDrawn, modelsToAlign } from './drawn-names.js';
import type { DocumentIssue, Path } from './issues.js';
import type { SplitRole } from './parameters.js';
import { interTrained, type Recipe, type RecipeAlignments, type RecipeImports } from './schema.js';

/** Whose images may be seen without their labels: of a shift, too, by which a score on the same shift is then marked. */
export const UNLABELLED: readonly SplitRole[] = ['unlabeled', 'train', 'shift'];

export function checkImports(recipe: Recipe, group: RecipeImports, path: Path): DocumentIssue[] {
  const { trained_on: trained = [], seen_unlabelled: seen = [] } = group;
  return [
    ...trained.flatMap((split, index) => {
      const found = findSplit(recipe, split, [...path, 'trained_on', index]);
      return isIssue(found) ? [found] : [];
    }),
    ...trained.flatMap((split, index) => checkSpent(recipe, group.name, split, [...path, 'trained_on', index])),
    ...seen.flatMap((split, index) => checkSeen(recipe, group.name, split, [...path, 'seen_unlabelled', index])),
  ];
}

/** What models saw is no test of them. Of a shift it may be one: its scores are marked. */
function checkSeen(recipe: Recipe, group: string, split: string, path: Path): DocumentIssue[] {
  const found = findSplit(recipe, split, path);
  if (isIssue(found)) return [found];
  if (UNLABELLED.includes(found.role)) return [];
  const message = `'${group}' saw the examples of '${split}', whose role is ${found.role}: a score on them is none on new ones. Give it the role shift, whose scores are then marked as transductive, or use other examples.`;
  return [{ path, message }];
}

/** What models learned from with labels can neither judge them nor choose among them. */
function checkSpent(recipe: Recipe, group: string, split: string, path: Path): DocumentIssue[] {
  return Object.entries(recipe.benchmarks).flatMap(([name, benchmark]): DocumentIssue[] => {
    const second = secondSplit(benchmark);
    const why =
      benchmark.split === split
        ? 'is on it: it would score what they have learned by heart'
        : second?.key === 'against' && second.split === split
          ? 'is against it: what they have learned by heart is not strange to them'
          : undefined;
    if (why === undefined) return [];
    const message = `'${group}' learned from '${split}', and the benchmark '${name}' ${why}. Use another split for one of the two.`;
    return [{ path, message }];
  });
}

export function checkAlignments(recipe: Recipe, group: RecipeAlignments, path: Path): DocumentIssue[] {
  const names = drawnNames(recipe);
  const candidates = recipe.ingredients.filter((other) => !interTrained(other) && other.algorithm !== 'aligned');
  const groups = candidates.map(({ name }) => name);
  const models = groups.flatMap((name) => names.get(name) ?? []);
  const issues = group.align.flatMap((name, index): DocumentIssue[] => {
    const here = [...path, 'align', index];
    if (group.align.indexOf(name) < index) return [{ path: here, message: `'${name}' is already here. Remove one.` }];
    if (groups.includes(name) || models.includes(name)) return [];
    return [{ path: here, message: unknown(recipe, name, groups, models) }];
  });
  if (!models.includes(group.to)) {
    const [first] = names.get(group.to) ?? [];
    const message =
      first !== undefined && groups.includes(group.to)
        ? `'${group.to}' is a group, and models are aligned to one model. Name one of them, such as '${first}'.`
        : unknown(recipe, group.to, [], models);
    issues.push({ path: [...path, 'to'], message });
  }
  if (issues.length > 0) return issues;
  const trained = new Map(groups.map((name) => [name, names.get(name) ?? []]));
  if (modelsToAlign(group, trained).length === 0) {
    const message = `there is nothing to align: '${group.to}' is all that is named. Name further ingredients.`;
    issues.push({ path: [...path, 'align'], message });
  }
  return issues;
}

function unknown(recipe: Recipe, name: string, groups: readonly string[], models: readonly string[]): string {
  const behind = recipe.ingredients.find((group) => group.name === name) ?? groupOfDrawn(recipe, name);
  if (behind !== undefined && interTrained(behind)) {
    return `'${name}' is trained without labels and has no head. Fine-tune from it (\`from: [${behind.name}]\`) and align those.`;
  }
  if (behind?.algorithm === 'aligned') {
    return `'${name}' is aligned itself. Name the models that it is made of.`;
  }
  const known = groups.length === 0 ? models : groups;
  const there = known.length === 0 ? 'There is none in this recipe.' : `Known are ${listed(known)}.`;
  return `there is no ingredient '${name}'.${didYouMean(name, [...groups, ...models])} ${there}`;
}
