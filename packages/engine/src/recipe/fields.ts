/**
 * @file The kinds of field a recipe is made of. Each says what it expects in words ("expected a number above 0, such as
 * 1e-3"); `issues.ts` adds where it stands and what was found there.
 */
import { z } from 'zod';
import { didYouMean, listed } from './did-you-mean.js';

export interface NumberBounds {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly below?: number;
}

function inWords(bounds: NumberBounds): string {
  const low =
    bounds.above !== undefined ? ` above ${bounds.above}` : bounds.min !== undefined ? ` from ${bounds.min}` : '';
  const high = bounds.below !== undefined ? `below ${bounds.below}` : bounds.max !== undefined ? `${bounds.max}` : '';
  if (high === '') return low === '' || bounds.above !== undefined ? low : ` of at least ${bounds.min}`;
  if (low === '') return bounds.below === undefined ? ` of at most ${high}` : ` ${high}`;
  if (bounds.above !== undefined) return `${low} and ${bounds.below === undefined ? 'at most ' : ''}${high}`;
  return `${low} to ${high}`;
}

/** A finite number. */
export function number(bounds: NumberBounds, example: string) {
  const error = `expected a number${inWords(bounds)}, such as ${example}`;
  let schema = z.number({ error });
  if (bounds.min !== undefined) schema = schema.min(bounds.min, { error });
  if (bounds.above !== undefined) schema = schema.gt(bounds.above, { error });
  if (bounds.max !== undefined) schema = schema.max(bounds.max, { error });
  if (bounds.below !== undefined) schema = schema.lt(bounds.below, { error });
  return schema;
}

/** A whole number that a double holds exactly. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const error = `expected a whole number ${range}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: (issue) =>
      `expected one of ${listed(words)}${typeof issue.input === 'string' ? withPeriod(didYouMean(issue.input, words)) : ''}`,
  });
}

/** An object that refuses keys it does not know. `what` is what the reader would call it: 'a split'. */
export function object<Shape extends z.core.$ZodLooseShape>(what: string, shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownKeys(issue.keys as readonly string[], what, Object.keys(shape))
        : `expected ${what}: a mapping with the keys ${listed(Object.keys(shape))}`,
  });
}

/**
 * Names become parts of step ids, file names and addresses: a letter first, so that no object ever sorts them as array
 * indices, and never one of the words by which JavaScript reaches an object's prototype.
 */
export function name(what: string) {
  const error = `expected ${what}: a letter, then up to 62 letters, digits, '.', '_' or '-'`;
  return z.string({ error }).regex(/^[A-Za-z][A-Za-z0-9._-]{0,62}$/, { error });
}

export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** A mapping from names that the author chooses to values of one kind. */
export function named<Value extends z.ZodType>(what: string, value: Value) {
  return z
    .record(name(`the name of ${what}`), value, { error: `expected a mapping from names to ${what}` })
    .refine((record) => Object.keys(record).length > 0, { error: `expected at least one entry, ${what}` });
}

/** `'dataset/split'`. */
export function splitReference() {
  const error = "expected a split, written as dataset/split, such as 'mnist/train'";
  return z.string({ error }).regex(/^[A-Za-z][A-Za-z0-9._-]*\/[A-Za-z][A-Za-z0-9._-]*$/, { error });
}

/** One line for each unknown key, in order: `issues.ts` puts each at its own place in the document. */
function unknownKeys(keys: readonly string[], what: string, known: readonly string[]): string {
  return keys
    .map((key) => `unknown key '${key}' in ${what}.${didYouMean(key, known)} Known keys are ${listed(known, 20)}.`)
    .map((line) => line.replaceAll('\n', ' '))
    .join('\n');
}

function withPeriod(question: string): string {
  return question === '' ? '' : `.${question}`;
}
