import { canonicalJson } from '../json.js';
import { checkBenchmarkRole } from './check-benchmarks.js';
import { checkBatch, checkTrainingSplit, own } from './check-splits.js';
import { didYouMean, listed } from './did-you-mean.js';
import type { DocumentIssue } from './issues.js';
import { MAX_INGREDIENTS, type Recipe, type RecipeIngredients } from './schema.js';

export function checkIngredients(recipe: Recipe): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  const total = recipe.ingredients.reduce((sum, group) => sum + group.count, 0);
  if (total > MAX_INGREDIENTS) {
    issues.push({
      path: ['ingredients'],
      message: `${total} ingredients are more than the ${MAX_INGREDIENTS} that one recipe may have. Lower a count.`,
    });
  }
  const seen = new Map<string, number>();
  recipe.ingredients.forEach((group, index) => {
    const path = ['ingredients', index];
    issues.push(
      ...checkTrainingSplit(recipe, group.split, [...path, 'split'], ['train']),
      ...checkBatch(recipe, group.split, largest(group.space.batch), [...path, 'space', 'batch']),
    );
    const { name, count: _, ...drawn } = group;
    const twin = seen.get(canonicalJson({ ...drawn, seed: drawn.seed ?? recipe.seed }));
    if (twin === undefined) seen.set(canonicalJson({ ...drawn, seed: drawn.seed ?? recipe.seed }), index);
    else {
      issues.push({
        path: [...path, 'seed'],
        message: `'${name}' would draw the same ingredients as ingredients[${twin}]: same seed, split and space. Give it another seed.`,
      });
    }
  });
  issues.push(...checkModelNames(recipe));
  return issues;
}

function largest(batch: RecipeIngredients['space']['batch']): number {
  if (typeof batch === 'number') return batch;
  return 'integer' in batch ? batch.integer[1] : Math.max(...batch.choice);
}

/**
 * All models of a recipe share one name space, because each is a row of one table. Drawn ingredients are named
 * `<group>-<index>`, ensembles `<pool>-ensemble`; both are left out of names that an author chooses.
 */
function checkModelNames(recipe: Recipe): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  const taken = new Map<string, string>([['stock', 'a word of Stockpot']]);
  const take = (name: string, path: (string | number)[], owner: string) => {
    const other = taken.get(name);
    if (other === undefined) taken.set(name, owner);
    else issues.push({ path, message: `the name '${name}' is already ${other}. Choose another one.` });
  };
  take(recipe.stock.name, ['stock', 'name'], 'the name of the stock');
  recipe.ingredients.forEach(({ name }, index) => {
    take(name, ['ingredients', index, 'name'], `the name of ingredients[${index}]`);
  });
  for (const name of Object.keys(recipe.soups)) take(name, ['soups', name], 'the name of a soup');
  const groups = new Set(recipe.ingredients.map(({ name }) => name));
  const chosen: [string, (string | number)[]][] = [
    [recipe.stock.name, ['stock', 'name']],
    ...Object.keys(recipe.soups).map((name): [string, string[]] => [name, ['soups', name]]),
    ...recipe.ingredients.map(({ name }, index): [string, (string | number)[]] => [
      name,
      ['ingredients', index, 'name'],
    ]),
  ];
  for (const [name, path] of chosen) {
    const group = /^(.*)-\d{2,}$/.exec(name)?.[1];
    if ((group !== undefined && groups.has(group)) || name.endsWith('-ensemble')) {
      issues.push({ path, message: `'${name}' is a name that Stockpot gives to a drawn model. Choose another one.` });
    }
  }
  return issues;
}

export function checkSoups(recipe: Recipe): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  const groups = recipe.ingredients.map(({ name }) => name);
  const known = [...groups, ...Object.keys(recipe.soups)];
  for (const [name, soup] of Object.entries(recipe.soups)) {
    soup.ingredients.forEach((member, index) => {
      const path = ['soups', name, 'ingredients', index];
      if (!known.includes(member)) {
        const message = `there are no ingredients '${member}'.${didYouMean(member, known)} Known are ${listed(known)}.`;
        issues.push({ path, message });
      } else if (soup.ingredients.indexOf(member) < index) {
        issues.push({ path, message: `'${member}' is already in this soup. Remove one.` });
      }
    });
    if (soup.method === 'greedy') {
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
  const cycle = soupCycle(recipe);
  if (cycle !== undefined) {
    issues.push({
      path: ['soups', cycle[0] ?? ''],
      message: `the soup is made of itself: ${cycle.join(' → ')}. Remove one of these ingredients.`,
    });
  }
  return issues;
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
