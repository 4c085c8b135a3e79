import { asksFor, greedyEnsembleWishes } from './baselines.js';
import { selectionBenchmarks } from './check-benchmarks.js';
import type { DocumentIssue } from './issues.js';
import { ensembleName, greedyEnsembleName } from './planned.js';
import type { Recipe } from './schema.js';

/** Baselines that nothing could be chosen by, options that mean nothing, and two models that would have one name. */
export function checkBaselines(recipe: Recipe): DocumentIssue[] {
  return [...checkChosen(recipe), ...checkSeeds(recipe), ...checkNames(recipe)];
}

function checkChosen(recipe: Recipe): DocumentIssue[] {
  if (selectionBenchmarks(recipe).length > 0) return [];
  const best = asksFor(recipe, 'best') ? [['best', 'the best ingredient is', recipe.baselines.indexOf('best')]] : [];
  const greedy = greedyEnsembleWishes(recipe).map(({ place }) => {
    return ['greedy-ensemble', 'the members of a greedy ensemble are', place] as const;
  });
  return [...best, ...greedy].map(([baseline, what, place = 0]) => ({
    path: ['baselines', place],
    message: `${what} chosen by a score, and no benchmark is on a split with the role selection. Add one, or remove '${baseline}'.`,
  }));
}

function checkSeeds(recipe: Recipe): DocumentIssue[] {
  return greedyEnsembleWishes(recipe).flatMap(({ wish, place }) => {
    if (wish.seed === undefined || wish.order === 'random') return [];
    const message = "a seed draws the order, and the order is not 'random'. Set `order: random`, or remove the seed.";
    return [{ path: ['baselines', place, 'seed'], message }];
  });
}

/** `<pool>-<name>-ensemble` is one model: of two wishes with one name, or of the plain ensemble of a group `<pool>-<name>`. */
function checkNames(recipe: Recipe): DocumentIssue[] {
  const pools = [...new Set(Object.values(recipe.soups).map(({ ingredients }) => ingredients.join('+')))];
  const taken = new Set(asksFor(recipe, 'ensemble') ? pools.map(ensembleName) : []);
  return greedyEnsembleWishes(recipe).flatMap(({ wish, place }): DocumentIssue[] => {
    const names = pools.map((pool) => greedyEnsembleName(pool, wish.name));
    const twice = names.find((name) => taken.has(name));
    for (const name of names) taken.add(name);
    if (twice === undefined) return [];
    const message = `another baseline is called '${twice}', too. Give this one another name, such as {method: greedy-ensemble, name: strict, accept: '>'}.`;
    return [{ path: ['baselines', place], message }];
  });
}
