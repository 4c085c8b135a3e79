/** @file Analyses of what soups of some ingredients are worth. */
import { z } from 'zod';
import { integer, number, oneOf } from '../fields.js';
import { seed } from '../seed.js';
import { defineKind } from './define-kind.js';

/** What tells models apart where a higher number is better. */
export const METRICS = ['accuracy', 'loss'] as const;

/** Models whose 2^k coalitions are still enumerated: 4,095 evaluations. */
export const MOST_ENUMERATED = 12;

/** Most soups that sampling evaluates: each model alone, all of them, all but one, and what is between in each order. */
export function mostSampled(models: number, pairs: number): number {
  return Math.min(2 ** models - 1, 2 * models + 1 + pairs * 2 * Math.max(0, models - 3));
}

/** Whether all coalitions are enumerated where nothing is said: when that costs no more than sampling may. */
export function enumerated(models: number, pairs: number): boolean {
  return models <= MOST_ENUMERATED && 2 ** models - 1 <= mostSampled(models, pairs);
}

const level = number({ above: 0, below: 1 }, '0.95').default(0.95).describe('Confidence level of the intervals.');

const worth = {
  metric: oneOf(METRICS).default('accuracy').describe('What a soup is worth by: its accuracy, or minus its loss.'),
  baseline: number({}, '0.1')
    .exactOptional()
    .describe('Worth of no ingredient; left out, that of the stock where it was scored, else of guessing.'),
};

const drawn = seed.exactOptional().describe("Of the random orders; left out, the recipe's seed (0 on a command line).");

export const contribution = defineKind({
  name: 'contribution',
  what: 'the contribution of ingredients',
  models: { least: 1 },
  looksAt: 'mixtures',
  options: {
    pairs: integer(3, 100_000).default(10).describe('Pairs of random orders, one and its reverse.'),
    exact: z
      .boolean({ error: 'expected true or false' })
      .exactOptional()
      .describe('Enumerate all soups, up to 12 ingredients; left out, where that costs no more than sampling may.'),
    level,
    ...worth,
    seed: drawn,
  },
  check: ({ exact }, models) =>
    exact === true && models > MOST_ENUMERATED
      ? [
          {
            key: 'exact',
            message: `exact Shapley values of ${models} models take ${2 ** models - 1} soups, and up to ${MOST_ENUMERATED} models can be enumerated.`,
            advice: 'Remove it: orders are sampled then.',
          },
        ]
      : [],
  mixtures: ({ pairs, exact }, k) => ((exact ?? enumerated(k, pairs)) ? 2 ** k - 1 : mostSampled(k, pairs)),
});

export const marginal = defineKind({
  name: 'marginal',
  what: 'the marginal value of ingredients',
  models: { least: 1 },
  looksAt: 'mixtures',
  options: {
    orders: integer(3, 100_000).default(20).describe('Random orders of the ingredients.'),
    costs: z
      .array(number({ min: 0 }, '10'), { error: 'expected a list of costs, such as [10, 20, 15]' })
      .exactOptional()
      .describe('Cost of each model, in order; left out, one each.'),
    unit: z
      .string({ error: "expected a word, such as 'minutes'" })
      .min(1, { error: "expected a word, such as 'minutes'" })
      .max(40, { error: 'expected a word of at most 40 letters' })
      .default('units')
      .describe('What costs are counted in.'),
    level,
    ...worth,
    seed: drawn,
  },
  check: ({ costs }, models) =>
    costs === undefined || costs.length === models
      ? []
      : [
          {
            key: 'costs',
            message: `there are ${models} models, and ${costs.length} ${costs.length === 1 ? 'cost' : 'costs'}.`,
            advice: 'Give one number a model.',
          },
        ],
  mixtures: ({ orders }, k) => Math.min(2 ** k - 1, orders * Math.max(0, k - 2) + k + 1),
});
