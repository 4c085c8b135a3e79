/** @file What the soups of a recipe are made of, as far as its words tell. */
import { own } from './check-splits.js';
import { drawnNames } from './drawn-names.js';
import { isTraining, type Recipe, type RecipeIngredients } from './schema.js';

/**
 * Where models lie that may be averaged with each other: by the stock that they were fine-tuned from. The recipe's own is the
 * basin of what it trains; a model that was imported without a word lies alone, and one that was aligned with its reference.
 */
export interface Basin {
  /** What a model of it is called, and the group that it is of. */
  readonly model: string;
  readonly group: string;
  readonly stock: 'of the recipe' | 'named' | 'unknown';
}

/** The basins that the models of a recipe lie in, and the groups that a soup leads to. */
export interface Lineage {
  /** One for each basin of the models that these names of groups, models and soups stand for. */
  basinsOf(names: readonly string[]): readonly Basin[];
  /** Names of the groups that these names stand for. */
  groupsOf(names: readonly string[]): ReadonlySet<string>;
}

export function lineageOf(recipe: Recipe): Lineage {
  const drawn = drawnNames(recipe);
  const groups = new Map(recipe.ingredients.map((group) => [group.name, group]));
  const owners = new Map([...drawn].flatMap(([group, names]) => names.map((name) => [name, group] as const)));

  function basinOf(model: string, group: RecipeIngredients): readonly [key: string, basin: Basin] {
    if (group.algorithm === 'aligned') {
      const owner = groups.get(owners.get(group.to) ?? '');
      return owner === undefined || owner.algorithm === 'aligned'
        ? [model, { model, group: group.name, stock: 'unknown' }]
        : basinOf(group.to, owner);
    }
    const { name } = group;
    if (isTraining(group)) return [OF_RECIPE, { model, group: name, stock: 'of the recipe' }];
    if (group.stock === undefined) return [`model ${model}`, { model, group: name, stock: 'unknown' }];
    return group.stock === recipe.stock?.name
      ? [OF_RECIPE, { model, group: name, stock: 'of the recipe' }]
      : [`stock ${group.stock}`, { model, group: name, stock: 'named' }];
  }

  function behind(names: readonly string[]): ReadonlySet<string> {
    const found = new Set<string>();
    const pending = [...names];
    while (pending.length > 0) {
      const name = pending.pop() ?? '';
      if (found.has(name)) continue;
      found.add(name);
      pending.push(...(own(recipe.soups, name)?.ingredients ?? []));
    }
    return found;
  }

  return {
    basinsOf(names) {
      const basins = new Map<string, Basin>();
      for (const name of [...behind(names)].reverse()) {
        const owner = groups.get(name) ?? groups.get(owners.get(name) ?? '');
        if (owner === undefined) continue;
        // All models of a group lie in one basin, but for those of which nothing is known.
        const apart = owner.algorithm === 'imported' && owner.stock === undefined;
        const models = owner.name === name ? (drawn.get(name) ?? []) : [name];
        for (const model of apart ? models : models.slice(0, 1)) {
          const [key, basin] = basinOf(model, owner);
          if (!basins.has(key)) basins.set(key, basin);
        }
      }
      return [...basins.values()];
    },
    groupsOf: (names) =>
      new Set([...behind(names)].flatMap((name) => (groups.has(name) ? [name] : (owners.get(name) ?? [])))),
  };
}

const OF_RECIPE = 'the stock of the recipe';

/** The groups whose soups have statistics estimated again, so that their networks must have batch normalisation. */
export function groupsWithBatchNorm(recipe: Recipe): ReadonlySet<string> {
  const estimated = Object.values(recipe.soups).filter(({ batchnorm }) => batchnorm !== undefined);
  if (estimated.length === 0) return new Set();
  const { groupsOf } = lineageOf(recipe);
  return new Set(estimated.flatMap(({ ingredients }) => [...groupsOf(ingredients)]));
}
