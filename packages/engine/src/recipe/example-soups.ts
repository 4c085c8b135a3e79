/**
 * @file Soups that look at the examples of a selection split themselves, images or texts, not only at scores: by the nearest
 * neighbours of features, by what ingredients are sure of, by what was measured of each. They are told what the same rows are told
 * on the command line.
 */
import type { JsonObject } from '../json.js';
import { type DataMethodName, dataMethods } from '../soups/on-data/data-methods.js';
import { type Fields, fieldsInRecipe, inRecipeWords, toldIn } from './mixing-soups.js';

export const EXAMPLE_METHODS = [
  'instant-seasoning',
  'self-seasoning',
  'fisher',
  'regmean',
] as const satisfies readonly DataMethodName[];
export type ExampleMethodName = (typeof EXAMPLE_METHODS)[number];

/** A soup, or a soup's step, by such a method. */
export interface ExampleSoup {
  readonly method: ExampleMethodName;
  readonly [field: string]: unknown;
}

export function looksAtExamples<Other extends { readonly method: string }>(
  soup: Other | ExampleSoup,
): soup is ExampleSoup {
  return EXAMPLE_METHODS.some((method) => method === soup.method);
}

/** One schema a method, made of its fields under their names in recipes. */
export function eachExampleMethod<Schema>(
  make: (name: ExampleMethodName, title: string, formula: string, fields: Fields) => Schema,
) {
  return EXAMPLE_METHODS.map((name) => {
    const { title, formula } = dataMethods[name];
    return make(name, title, formula, fieldsInRecipe(dataMethods[name]));
  });
}

/** What the method is told, under the names of the table, defaults included. Throws SoupError for what it does not take. */
export function exampleSoupParameters(soup: ExampleSoup): JsonObject {
  const { fields, complete } = dataMethods[soup.method];
  return complete(toldIn(soup, fields));
}

/** The same under the names of recipes, and the seed of what is drawn. */
export function plannedExampleSoup(soup: ExampleSoup, seed: number): ExampleSoup {
  return {
    method: soup.method,
    ...inRecipeWords(exampleSoupParameters(soup)),
    seed: typeof soup.seed === 'number' ? soup.seed : seed,
  };
}
