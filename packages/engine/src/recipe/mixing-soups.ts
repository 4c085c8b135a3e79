/**
 * @file Soups by the table of mixing methods: each row is a method of recipes, told what it is told on the command line. In
 * recipes words are parted by `_`: `as_given` is the parameter asGiven.
 */
import { z } from 'zod';
import type { JsonObject } from '../json.js';
import { isMixingMethod, type MethodEntry, type MixingMethodName, mixingMethods } from '../soups/methods/index.js';

type Fields = Readonly<Record<string, z.ZodType>>;

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
    const words = new Map(entry.options.map((option) => [option.name, option.words]));
    const fields = Object.entries(entry.fields).map(([field, schema]) => {
      const said = words.get(field);
      return [recipeWord(field), said === undefined ? schema : schema.describe(sentence(said))];
    });
    return make(name, entry, Object.fromEntries(fields));
  });
}

/** A soup, or a soup's step, by a mixing method. */
export interface MixedSoup {
  readonly method: MixingMethodName;
  readonly [field: string]: unknown;
}

export function isMixed<Other extends { readonly method: string }>(soup: Other | MixedSoup): soup is MixedSoup {
  return isMixingMethod(soup.method);
}

const json = z.record(z.string(), z.json());

/** What the method is told, under the names of the table, defaults included. Throws SoupError for what it does not take. */
export function mixingParameters(soup: MixedSoup): JsonObject {
  const entry = methodOf(soup.method);
  const told = Object.keys(entry.fields).flatMap((field) => {
    const value = soup[recipeWord(field)];
    return value === undefined ? [] : [[field, value]];
  });
  return entry.complete(json.parse(Object.fromEntries(told)));
}

/** The same under the names of recipes, and the seed of a method that draws random numbers. */
export function plannedMixing(soup: MixedSoup, seed: number): MixedSoup {
  const parameters = Object.entries(mixingParameters(soup)).map(([name, value]) => [recipeWord(name), value]);
  return {
    method: soup.method,
    ...Object.fromEntries(parameters),
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
