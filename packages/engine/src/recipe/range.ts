/** @file Values that a search draws: a constant, or a range over what the constant may be. */
import { z } from 'zod';
import { number, object } from './fields.js';

const RANGES = 'uniform, loguniform, choice, integer, maybe';

function pair<Value extends z.ZodType<number>>(value: Value, what: string) {
  return z
    .tuple([value, value], { error: `expected two ${what}, the low end before the high end, such as [0.1, 0.5]` })
    .refine(([low = 0, high = 0]) => low < high, { error: 'expected the low end before the high end' });
}

const probability = number({ min: 0, max: 1 }, '0.5');

/** A number: `value`'s own bounds hold for the ends of a range. */
export function numberOrRange<Value extends z.ZodType<number>>(value: Value) {
  const range = z.union(
    [
      object('a range', { uniform: pair(value, 'numbers') }),
      object('a range', {
        loguniform: pair(value, 'numbers').refine(([low = 0]) => low > 0, {
          error: 'expected both ends above 0, because their logarithms are used',
        }),
      }),
      object('a range', { choice: z.array(value).min(1, { error: 'expected at least one value to choose from' }) }),
    ],
    { error: 'expected a range such as {uniform: [0, 0.25]}' },
  );
  return z.union(
    [
      value,
      ...range.options,
      object('a range', { maybe: object('a maybe range', { probability, otherwise: value, value: range }) }),
    ],
    { error: `expected a number or a range such as {loguniform: [1e-5, 1e-3]} (the ranges are ${RANGES})` },
  );
}

/** A whole number. */
export function integerOrRange<Value extends z.ZodType<number>>(value: Value) {
  return z.union(
    [
      value,
      object('a range', { integer: pair(value, 'whole numbers') }),
      object('a range', { choice: z.array(value).min(1, { error: 'expected at least one value to choose from' }) }),
    ],
    { error: 'expected a whole number or a range such as {integer: [4, 16]} or {choice: [2, 4]}' },
  );
}

/** One of a few words. */
export function wordOrRange<Value extends z.ZodType<string>>(value: Value, words: readonly [string, ...string[]]) {
  return z.union(
    [
      value,
      object('a range', { choice: z.array(value).min(1, { error: 'expected at least one value to choose from' }) }),
    ],
    { error: `expected one of ${words.join(', ')}, or a range such as {choice: [${words.slice(0, 2).join(', ')}]}` },
  );
}

type Pair = readonly [number, number];
type Uniform = { readonly uniform: Pair };
type LogUniform = { readonly loguniform: Pair };
type Choice<Value> = { readonly choice: readonly Value[] };
type Integer = { readonly integer: Pair };
type Maybe = {
  readonly maybe: {
    readonly probability: number;
    readonly otherwise: number;
    readonly value: Uniform | LogUniform | Choice<number>;
  };
};
export type Range = Uniform | LogUniform | Choice<number | string> | Integer | Maybe;
