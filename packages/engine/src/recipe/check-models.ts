import { canonicalJson } from '../json.js';
import { batchNormName } from './batch-norm-options.js';
import { checkAlignments, checkImports, UNLABELLED } from './check-given.js';
import { checkBatch, checkTrainingSplit, splitCount } from './check-splits.js';
import { checkSslTraining } from './check-ssl.js';
import {
  checkAccumulation,
  checkEarlyStopping,
  checkSnapshots,
  checkTrainingFields,
  HELD_OUT,
} from './check-training.js';
import { didYouMean, listed } from './did-you-mean.js';
import { drawnNames } from './drawn-names.js';
import type { DocumentIssue, Path } from './issues.js';
import {
  interTrained,
  isTraining,
  MAX_INGREDIENTS,
  type Recipe,
  type RecipeInterTraining,
  type RecipeTraining,
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
    if (group.algorithm === 'imported') issues.push(...checkImports(recipe, group, path));
    if (group.algorithm === 'aligned') issues.push(...checkAlignments(recipe, group, path));
    if (!isTraining(group)) return;
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

/** The batches that may be drawn: of a range its two ends. */
function batchesOf(batch: RecipeTraining['space']['batch']): readonly number[] {
  if (typeof batch === 'number') return [batch];
  return 'integer' in batch ? batch.integer : batch.choice;
}

/** Optional fields of the training itself: docs/training.md. */
function checkTraining(recipe: Recipe, group: RecipeTraining, path: Path): DocumentIssue[] {
  const shared = [
    ...checkTrainingFields(group.space, path),
    ...checkSnapshots(group.space, splitCount(recipe, group.split), path),
  ];
  const { space, split } = group;
  // Of two whole numbers next to each other, one is no multiple of anything above 1.
  const batches =
    typeof space.batch === 'object' && 'integer' in space.batch
      ? [space.batch.integer[0], space.batch.integer[0] + 1]
      : batchesOf(space.batch);
  const trained = { split, roles: interTrained(group) ? HELD_OUT : (['selection'] as const) };
  return [...shared, ...checkAccumulation(space, batches, path), ...checkEarlyStopping(recipe, space, trained, path)];
}

function checkInterTraining(recipe: Recipe, group: RecipeInterTraining, path: Path): DocumentIssue[] {
  const { algorithm, space } = group;
  const architecture = recipe.stock?.architecture ?? null;
  const batches = batchesOf(space.batch);
  return checkSslTraining({ algorithm, options: space, batches, architecture, path: [...path, 'space'] });
}

/** What a group is trained from must be a group that is trained without labels, and named once. */
function checkFrom(recipe: Recipe, group: RecipeTraining, path: Path): DocumentIssue[] {
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
  if (recipe.stock !== undefined) take(recipe.stock.name, ['stock', 'name'], 'the name of the stock');
  recipe.ingredients.forEach(({ name }, index) => {
    take(name, ['ingredients', index, 'name'], `the name of ingredients[${index}]`);
  });
  for (const name of Object.keys(recipe.soups)) take(name, ['soups', name], 'the name of a soup');
  for (const [name, { batchnorm }] of Object.entries(recipe.soups)) {
    if (batchnorm !== undefined) take(batchNormName(name), ['soups', name, 'batchnorm'], `the model beside '${name}'`);
  }
  const groups = new Set(recipe.ingredients.map(({ name }) => name));
  const givers = new Map<string, string>();
  recipe.ingredients.forEach(({ name: group }, index) => {
    const names = drawn.get(group) ?? [];
    const twice = names.find((name) => (givers.get(name) ?? group) !== group);
    for (const name of names) if (!givers.has(name)) givers.set(name, group);
    if (twice === undefined) return;
    const message = `'${group}' would call a model '${twice}', as '${givers.get(twice)}' does. Choose another name.`;
    issues.push({ path: ['ingredients', index, 'name'], message });
  });
  const given = new Set(givers.keys());
  const chosen: [string, (string | number)[]][] = [
    ...(recipe.stock === undefined ? [] : [[recipe.stock.name, ['stock', 'name']] satisfies [string, string[]]]),
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
