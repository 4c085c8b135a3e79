import { MethodParameterError } from '../soups/errors.js';
import { checkBasins } from './check-basins.js';
import { checkBatchNorm } from './check-batch-norm.js';
import { checkBenchmarkRole } from './check-benchmarks.js';
import { own } from './check-splits.js';
import { didYouMean, listed } from './did-you-mean.js';
import { drawnNames, groupOfDrawn } from './drawn-names.js';
import { looksAtExamples } from './example-soups.js';
import type { DocumentIssue } from './issues.js';
import { isMixed, type MixedSoup, mixingMethod, mixingParameters, recipeWord } from './mixing-soups.js';
import { interTrained, isTraining, type Recipe } from './schema.js';

export function checkSoups(recipe: Recipe): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  const headless = recipe.ingredients.filter(interTrained).map(({ name }) => name);
  const groups = recipe.ingredients.map(({ name }) => name).filter((name) => !headless.includes(name));
  const known = [...groups, ...Object.keys(recipe.soups)];
  const drawn = drawnNames(recipe);
  const without = new Set(headless.flatMap((group) => drawn.get(group) ?? []));
  const single = new Set(groups.flatMap((group) => drawn.get(group) ?? []));
  for (const [name, soup] of Object.entries(recipe.soups)) {
    soup.ingredients.forEach((member, index) => {
      const path = ['soups', name, 'ingredients', index];
      const owner = groups.find((group) => soup.ingredients.includes(group) && drawn.get(group)?.includes(member));
      if (headless.includes(member) || without.has(member)) {
        const group = headless.find((name) => name === member || drawn.get(name)?.includes(member)) ?? member;
        const message = `'${member}' is trained without labels: its models have no head that a soup could be scored with. Fine-tune from it (\`from: [${group}]\`) and soup those.`;
        issues.push({ path, message });
      } else if (owner !== undefined) {
        issues.push({ path, message: `'${member}' is already in this soup, with all of '${owner}'. Remove one.` });
      } else if (!known.includes(member) && !single.has(member)) {
        const message = `there are no ingredients '${member}'.${didYouMean(member, [...known, ...single])} Known are ${listed(known)}.`;
        issues.push({ path, message });
      } else if (soup.ingredients.indexOf(member) < index) {
        issues.push({ path, message: `'${member}' is already in this soup. Remove one.` });
      }
    });
    if (isMixed(soup)) issues.push(...checkMixture(recipe, name, soup));
    else {
      issues.push(
        ...checkBenchmarkRole(
          recipe,
          soup.select,
          ['soups', name, 'select'],
          ['selection'],
          (role) =>
            `the benchmark '${soup.select}' is on a split with the role ${role}; choosing ingredients by it would spend it. Select on a benchmark whose split has the role selection.`,
        ),
      );
    }
  }
  issues.push(...checkSoupOptions(recipe), ...checkBatchNorm(recipe));
  const cycle = soupCycle(recipe);
  if (cycle !== undefined) {
    issues.push({
      path: ['soups', cycle[0] ?? ''],
      message: `the soup is made of itself: ${cycle.join(' → ')}. Remove one of these ingredients.`,
    });
  }
  return issues.length > 0 ? issues : checkBasins(recipe);
}

/** What a method takes only together, or only of so many ingredients. */
function checkMixture(
  recipe: Recipe,
  name: string,
  soup: MixedSoup & { ingredients: readonly string[] },
): DocumentIssue[] {
  const over = soup.over === 'snapshots' ? snapshotsOf(recipe, soup.ingredients) : null;
  if (typeof over === 'string') return [{ path: ['soups', name, 'over'], message: over }];
  const members = over ?? poolSize(recipe, soup.ingredients);
  try {
    mixingMethod(soup).bind(mixingParameters(soup), members);
    return [];
  } catch (error) {
    if (!(error instanceof MethodParameterError)) throw error;
    const { parameter, message, advice } = error;
    const next = parameter === 'ingredients' ? 'A group counts as many as it draws, a soup 1.' : advice;
    return [{ path: ['soups', name, recipeWord(parameter)], message: `${message} ${next}` }];
  }
}

/** How many snapshots the one training keeps that these ingredients are; or what is wrong with them. */
function snapshotsOf(recipe: Recipe, ingredients: readonly string[]): number | string {
  const [only = ''] = ingredients;
  const group = recipe.ingredients.find(({ name }) => name === only) ?? groupOfDrawn(recipe, only);
  if (group === undefined) {
    return `'${only}' is a soup, and only a training has snapshots. Name a group of ingredients, or one of its models.`;
  }
  const models = poolSize(recipe, ingredients);
  if (!isTraining(group)) {
    const what = group.algorithm === 'imported' ? 'is imported' : 'is aligned';
    return `'${only}' ${what}, and only a training has snapshots. Name a group that is trained, or one of its models.`;
  }
  if (models !== 1) {
    const [first = only] = drawnNames(recipe).get(group.name) ?? [];
    return `snapshots are those of one training, and these are ${models}. Name one of them, such as '${first}'.`;
  }
  const { snapshots = 0 } = group.space;
  if (snapshots > 1) return snapshots;
  return `the training of '${only}' keeps ${snapshots === 0 ? 'no snapshots' : 'one snapshot, which is its end'}. Write \`snapshots: 5\` into the space of '${group.name}'.`;
}

/** How many models a list of groups and soups stands for. */
function poolSize(recipe: Recipe, members: readonly string[]): number {
  const drawn = drawnNames(recipe);
  return members.reduce((sum, member) => sum + (drawn.get(member)?.length ?? 1), 0);
}

/** Fields that only mean something together. */
function checkSoupOptions(recipe: Recipe): DocumentIssue[] {
  return Object.entries(recipe.soups).flatMap(([name, soup]): DocumentIssue[] => {
    if (soup.method === 'greedy' && soup.seed !== undefined && soup.order !== 'random') {
      const message = "a seed draws the order, and the order is not 'random'. Set `order: random`, or remove the seed.";
      return [{ path: ['soups', name, 'seed'], message }];
    }
    const looks = soup.method === 'learned' || looksAtExamples(soup);
    if (looks && own(recipe.benchmarks, soup.select)?.corruptions !== undefined) {
      const message = `'${soup.select}' shows corrupted images; ${soup.method === 'learned' ? 'coefficients are learned from' : 'the method looks at'} images as they are. Select on a benchmark without corruptions.`;
      return [{ path: ['soups', name, 'select'], message }];
    }
    return [];
  });
}

/** A chain of soups that ends where it began; undefined when there is none. Linear, and no recursion to exhaust. */
function soupCycle(recipe: Recipe): string[] | undefined {
  const done = new Set<string>();
  for (const start of Object.keys(recipe.soups)) {
    const trail: { name: string; next: number }[] = [{ name: start, next: 0 }];
    const onTrail = new Set([start]);
    while (trail.length > 0) {
      const top = trail[trail.length - 1];
      if (top === undefined) break;
      const member = done.has(top.name) ? undefined : own(recipe.soups, top.name)?.ingredients[top.next];
      top.next += 1;
      if (member === undefined) {
        done.add(top.name);
        onTrail.delete(top.name);
        trail.pop();
      } else if (onTrail.has(member)) {
        return [...trail.slice(trail.findIndex(({ name }) => name === member)).map(({ name }) => name), member];
      } else if (own(recipe.soups, member) !== undefined) {
        trail.push({ name: member, next: 0 });
        onTrail.add(member);
      }
    }
  }
  return undefined;
}
