import { canonicalJson } from '../json.js';
import { checkBenchmarkRole } from './check-benchmarks.js';
import { checkBatch, checkTrainingSplit, own, splitCount } from './check-splits.js';
import { checkSslTraining } from './check-ssl.js';
import { checkAccumulation, checkEarlyStopping, checkSnapshots, checkTrainingFields } from './check-training.js';
import { drawnNames } from './compile-ingredients.js';
import { didYouMean, listed } from './did-you-mean.js';
import type { DocumentIssue, Path } from './issues.js';
import type { SplitRole } from './parameters.js';
import {
  interTrained,
  MAX_INGREDIENTS,
  type Recipe,
  type RecipeIngredients,
  type RecipeInterTraining,
} from './schema.js';

export function checkIngredients(recipe: Recipe): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  const names = drawnNames(recipe);
  const total = [...names.values()].reduce((sum, drawn) => sum + drawn.length, 0);
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
      ...checkTrainingSplit(recipe, group.split, [...path, 'split'], interTrained(group) ? UNLABELLED : ['train']),
      ...checkBatch(recipe, group.split, Math.max(...batchesOf(group.space.batch)), [...path, 'space', 'batch']),
      ...(interTrained(group) ? checkInterTraining(recipe, group, path) : checkFrom(recipe, group, path)),
      ...checkTraining(recipe, group, [...path, 'space']),
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
  issues.push(...checkModelNames(recipe, names));
  return issues;
}

/** Without labels a model may also be trained on images of a shift: a score on the same shift is then marked. */
const UNLABELLED: readonly SplitRole[] = ['unlabeled', 'train', 'shift'];

/** The batches that may be drawn: of a range its two ends. */
function batchesOf(batch: RecipeIngredients['space']['batch']): readonly number[] {
  if (typeof batch === 'number') return [batch];
  return 'integer' in batch ? batch.integer : batch.choice;
}

/** Optional fields of the training itself: docs/training.md. */
function checkTraining(recipe: Recipe, group: RecipeIngredients, path: Path): DocumentIssue[] {
  const shared = [
    ...checkTrainingFields(group.space, path),
    ...checkSnapshots(group.space, splitCount(recipe, group.split), path),
  ];
  if (interTrained(group)) return shared;
  const { space, split } = group;
  // Of two whole numbers next to each other, one is no multiple of anything above 1.
  const batches =
    typeof space.batch === 'object' && 'integer' in space.batch
      ? [space.batch.integer[0], space.batch.integer[0] + 1]
      : batchesOf(space.batch);
  return [...shared, ...checkAccumulation(space, batches, path), ...checkEarlyStopping(recipe, space, split, path)];
}

function checkInterTraining(recipe: Recipe, group: RecipeInterTraining, path: Path): DocumentIssue[] {
  const { algorithm, space } = group;
  const architecture = recipe.stock.architecture ?? null;
  const batches = batchesOf(space.batch);
  return checkSslTraining({ algorithm, options: space, batches, architecture, path: [...path, 'space'] });
}

/** What a group is trained from must be a group that is trained without labels, and named once. */
function checkFrom(recipe: Recipe, group: RecipeIngredients, path: Path): DocumentIssue[] {
  if (!('from' in group) || group.from === undefined) return [];
  const known = recipe.ingredients.filter(interTrained).map(({ name }) => name);
  const { from } = group;
  return from.flatMap((name, index): DocumentIssue[] => {
    const here = [...path, 'from', index];
    if (known.includes(name)) {
      return from.indexOf(name) < index ? [{ path: here, message: `'${name}' is already here. Remove one.` }] : [];
    }
    const there =
      known.length === 0
        ? 'There is none in this recipe: leave `from` out to train from the stock.'
        : `They are ${listed(known)}.`;
    const message = `'${name}' is no group that is trained without labels.${didYouMean(name, known)} ${there}`;
    return [{ path: here, message }];
  });
}

/**
 * All models of a recipe share one name space, because each is a row of one table. Drawn ingredients are named
 * `<group>-<index>`, ensembles `<pool>-ensemble`; both are left out of names that an author chooses.
 */
function checkModelNames(recipe: Recipe, drawn: ReadonlyMap<string, readonly string[]>): DocumentIssue[] {
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
  const given = new Set([...drawn.values()].flat());
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
    if ((group !== undefined && groups.has(group)) || given.has(name) || name.endsWith('-ensemble')) {
      issues.push({ path, message: `'${name}' is a name that Stockpot gives to a drawn model. Choose another one.` });
    }
  }
  return issues;
}

export function checkSoups(recipe: Recipe): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  const headless = recipe.ingredients.filter(interTrained).map(({ name }) => name);
  const groups = recipe.ingredients.map(({ name }) => name).filter((name) => !headless.includes(name));
  const known = [...groups, ...Object.keys(recipe.soups)];
  for (const [name, soup] of Object.entries(recipe.soups)) {
    soup.ingredients.forEach((member, index) => {
      const path = ['soups', name, 'ingredients', index];
      if (headless.includes(member)) {
        const message = `'${member}' is trained without labels: its models have no head that a soup could be scored with. Fine-tune from it (\`from: [${member}]\`) and soup those.`;
        issues.push({ path, message });
      } else if (!known.includes(member)) {
        const message = `there are no ingredients '${member}'.${didYouMean(member, known)} Known are ${listed(known)}.`;
        issues.push({ path, message });
      } else if (soup.ingredients.indexOf(member) < index) {
        issues.push({ path, message: `'${member}' is already in this soup. Remove one.` });
      }
    });
    if ('select' in soup) {
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
  issues.push(...checkSoupOptions(recipe));
  const cycle = soupCycle(recipe);
  if (cycle !== undefined) {
    issues.push({
      path: ['soups', cycle[0] ?? ''],
      message: `the soup is made of itself: ${cycle.join(' → ')}. Remove one of these ingredients.`,
    });
  }
  return issues;
}

/** Fields that only mean something together. */
function checkSoupOptions(recipe: Recipe): DocumentIssue[] {
  return Object.entries(recipe.soups).flatMap(([name, soup]): DocumentIssue[] => {
    if (soup.method === 'greedy' && soup.seed !== undefined && soup.order !== 'random') {
      const message = "a seed draws the order, and the order is not 'random'. Set `order: random`, or remove the seed.";
      return [{ path: ['soups', name, 'seed'], message }];
    }
    if (soup.method === 'learned' && own(recipe.benchmarks, soup.select)?.corruptions !== undefined) {
      const message = `'${soup.select}' shows corrupted images; coefficients are learned from images as they are. Select on a benchmark without corruptions.`;
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
