/** @file What stands beside every soup in a recipe's tables: a word, or a greedy ensemble with options of its own. */
import { z } from 'zod';
import { acceptRule, greedyOptions } from './choosing-options.js';
import { name, object, oneOf } from './fields.js';
import { seed } from './parameters.js';
import type { Recipe } from './schema.js';

const WORDS = ['ensemble', 'greedy-ensemble', 'best'] as const;

/** What a greedy ensemble is called where it is not named: `<pool>-greedy-ensemble`. */
const USUAL = 'greedy';

const greedyEnsemble = object('a greedy ensemble', {
  method: z.literal('greedy-ensemble', { error: "expected greedy-ensemble: 'ensemble' and 'best' take no options" }),
  name: name('a name for the ensemble')
    .default(USUAL)
    .describe("Its models are called '<pool>-<name>-ensemble': tells several greedy ensembles of one recipe apart."),
  accept: acceptRule
    .default('>=')
    .describe("A member that scores as well is taken ('>=', as the paper does for soups), or only a better one ('>')."),
  ...greedyOptions,
  seed: seed.optional().describe("Of the random order; left out, the recipe's seed."),
});

export const baselines = z
  .array(
    z.union([oneOf(WORDS), greedyEnsemble], {
      error: `expected one of ${WORDS.join(', ')}, or a greedy ensemble with options, such as {method: greedy-ensemble, accept: '>'}`,
    }),
    { error: 'expected a list such as [ensemble, best]' },
  )
  .default([])
  .describe(
    'ensemble: the members of each soup, logits averaged. greedy-ensemble: those of them that greedy chooses by the mean of their logits on the selection split; a mapping sets its options. best: the best ingredient on the selection split.',
  );

/** A greedy ensemble that a recipe asks for. */
export type GreedyEnsembleWish = z.output<typeof greedyEnsemble>;

export function asksFor(recipe: Recipe, word: 'ensemble' | 'best'): boolean {
  return recipe.baselines.includes(word);
}

/** Those of a recipe with their places in its list; the plain word is the one with the paper's options. */
export function greedyEnsembleWishes(recipe: Recipe): { readonly wish: GreedyEnsembleWish; readonly place: number }[] {
  return recipe.baselines.flatMap((baseline, place) => {
    if (typeof baseline !== 'string') return [{ wish: baseline, place }];
    return baseline === 'greedy-ensemble' ? [{ wish: { method: baseline, name: USUAL, accept: '>=' }, place }] : [];
  });
}
