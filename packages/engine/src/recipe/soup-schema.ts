/** @file The soups of a recipe: one schema a method, whichever table it is a row of. */
import { z } from 'zod';
import { type BatchNormOptions, batchNormField } from './batch-norm-options.js';
import { acceptRule, greedierOptions, greedyOptions, prunedOptions } from './choosing-options.js';
import { didYouMean, listed } from './did-you-mean.js';
import { EXAMPLE_METHODS, type ExampleSoup, eachExampleMethod } from './example-soups.js';
import { name, object } from './fields.js';
import { eachMixingMethod, MIXING_METHODS, type MixedSoup } from './mixing-soups.js';
import { learnedOptions, seed } from './parameters.js';

/** How a recipe may make soups. */
const SOUP_METHODS = [...MIXING_METHODS, 'greedy', 'greedier', 'pruned', 'learned', ...EXAMPLE_METHODS];

const members = z
  .array(name('the name of a group of ingredients, of one of its models, or of a soup'), {
    error: 'expected a list of groups of ingredients, such as [ft]',
  })
  .min(1, { error: 'expected at least one group of ingredients' });

const accept = acceptRule
  .default('>=')
  .describe("The paper accepts a candidate that scores as well ('>='), its released code only a better one ('>').");

/** A soup that is chosen by the score on a selection benchmark. */
function chosen<Method extends string, Options extends z.core.$ZodLooseShape>(method: Method, options: Options) {
  return object(`a ${method} soup`, {
    method: z.literal(method),
    ingredients: members,
    select: name('the name of a benchmark on a split with role selection, by whose score ingredients are accepted,'),
    accept,
    ...options,
    ...batchNormField,
  });
}

/** A soup by a row of the table of mixing methods. */
export interface RecipeMixedSoup extends MixedSoup {
  readonly ingredients: readonly string[];
  readonly batchnorm?: BatchNormOptions;
}

const shown = name('the name of a benchmark on a split with role selection, whose examples are looked at,');

/** A soup by a method that looks at examples. */
export interface RecipeExampleSoup extends ExampleSoup {
  readonly ingredients: readonly string[];
  readonly select: string;
  readonly batchnorm?: BatchNormOptions;
}

const over = z
  .literal('snapshots', { error: "expected 'snapshots', or nothing" })
  .exactOptional()
  .describe(
    "Over the snapshots of one training, in their order: its `space` says how many. Left out, over ingredients in the plan's order.",
  );

export const soup = z.discriminatedUnion(
  'method',
  [
    chosen('greedy', {
      ...greedyOptions,
      seed: seed.optional().describe("Of the random order; left out, the recipe's seed."),
    }),
    chosen('greedier', greedierOptions),
    chosen('pruned', prunedOptions),
    object('a learned soup', {
      method: z.literal('learned'),
      ingredients: members,
      select: name(
        'the name of a benchmark on a split with role selection, on whose examples coefficients are learned,',
      ),
      ...learnedOptions,
      seed: seed.optional().describe("Shuffles the examples; left out, the recipe's seed."),
      ...batchNormField,
    }),
    ...eachExampleMethod((name, _title, formula, fields): z.ZodType<RecipeExampleSoup> & z.core.$ZodTypeDiscriminable =>
      object(`a ${name} soup`, {
        method: z.literal(name).describe(`${formula}.`),
        ingredients: members,
        select: shown,
        ...fields,
        seed: seed.optional().describe("Of what is drawn; left out, the recipe's seed."),
        ...batchNormField,
      }),
    ),
    ...eachMixingMethod(
      (
        name,
        { title, formula, random, alongARun },
        fields,
      ): z.ZodType<RecipeMixedSoup> & z.core.$ZodTypeDiscriminable =>
        object(`a ${name} soup`, {
          method: z.literal(name).describe(`${title}: ${formula}.`),
          ingredients: members,
          ...fields,
          ...(alongARun === true ? { over } : {}),
          ...(random === true
            ? { seed: seed.optional().describe("Of the random numbers; left out, the recipe's seed.") }
            : {}),
          ...batchNormField,
        }),
    ),
  ],
  {
    error: ({ input }) => {
      const method = typeof input === 'object' && input !== null && 'method' in input ? input.method : undefined;
      const meant = typeof method === 'string' ? didYouMean(method, SOUP_METHODS) : '';
      return `expected a soup such as {method: uniform, ingredients: [ft]}; the methods are ${listed(SOUP_METHODS, SOUP_METHODS.length)}${meant === '' ? '' : `.${meant}`}`;
    },
  },
);
