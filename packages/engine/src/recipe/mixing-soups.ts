/**
 * @file Soups by the table of mixing methods: each row is a method of recipes, told what it is told on the command line. In
 * recipes words are parted by `_`: `as_given` is the parameter asGiven.
 */
import { z } from 'zod';
import type { JsonObject } from '../json.js';
import {
  isMixingMethod,
  type MethodEntry,
  type MethodOption,
  type MixingMethodName,
  mixingMethods,
} from '../soups/methods/index.js';

export type Fields = Readonly<Record<string, z.ZodType>>;

const json = z.record(z.string(), z.json());

export const MIXING_METHODS: readonly MixingMethodName[] = Object.keys(mixingMethods).filter(isMixingMethod);

const methodOf = (name: MixingMethodName): MethodEntry => {
  const entry = mixingMethods[name];
  if (entry === undefined) throw new TypeError(`There is no method ${name}.`);
  return entry;
};

export const recipeWord = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** One schema a row of the table, made of the row's fields under their names in recipes. */
export function eachMixingMethod<Schema>(make: (name: MixingMethodName, entry: MethodEntry, fields: Fields) => Schema) {
  return MIXING_METHODS.map((name) => {
    const entry = methodOf(name);
    return make(name, entry, fieldsInRecipe(entry));
  });
}

/** The fields of a row under their names in recipes, described by what its options say. */
export function fieldsInRecipe({
  fields,
  options,
}: {
  readonly fields: Fields;
  readonly options: readonly MethodOption[];
}): Fields {
  const words = new Map(options.map((option) => [option.name, option.words]));
  return Object.fromEntries(
    Object.entries(fields).map(([field, schema]) => {
      const said = words.get(field);
      return [recipeWord(field), said === undefined ? schema : schema.describe(sentence(said))];
    }),
  );
}

/** What a soup says of the fields of its row, under their names there. */
export function toldIn(soup: Readonly<Record<string, unknown>>, fields: Fields): JsonObject {
  const told = Object.keys(fields).flatMap((field) => {
    const value = soup[recipeWord(field)];
    return value === undefined ? [] : [[field, value]];
  });
  return json.parse(Object.fromEntries(told));
}

/** Parameters under their names in recipes. */
export function inRecipeWords(parameters: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [recipeWord(name), value]));
}

/** A soup, or a soup's step, by a mixing method. */
export interface MixedSoup {
  readonly method: MixingMethodName;
  readonly [field: string]: unknown;
}

export function isMixed<Other extends { readonly method: string }>(soup: Other | MixedSoup): soup is MixedSoup {
  return isMixingMethod(soup.method);
}

/** What the method is told, under the names of the table, defaults included. Throws SoupError for what it does not take. */
export function mixingParameters(soup: MixedSoup): JsonObject {
  const { fields, complete } = methodOf(soup.method);
  return complete(toldIn(soup, fields));
}

/** The same under the names of recipes, and the seed of a method that draws random numbers. */
export function plannedMixing(soup: MixedSoup, seed: number): MixedSoup {
  return {
    method: soup.method,
    ...inRecipeWords(mixingParameters(soup)),
    ...(methodOf(soup.method).random === true ? { seed: typeof soup.seed === 'number' ? soup.seed : seed } : {}),
  };
}

/** The row of the table that a soup is cooked by. */
export function mixingMethod({ method }: MixedSoup): MethodEntry {
  return methodOf(method);
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`.replaceAll(
    /--([a-z-]+)/g,
    (_, word: string) => `\`${word.replaceAll('-', '_')}\``,
  );
}
