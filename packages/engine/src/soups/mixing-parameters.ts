/** @file What the parameters of several mixing methods have in common. */
import { z } from 'zod';
import { MethodParameterError } from './errors.js';
import type { MethodOption } from './methods/method-entry.js';

/**
 * Whose behaviour where the paper and mergekit differ. It changes both the formulas and the defaults; docs/mixing-methods.md
 * lists the differences.
 */
export const compat = z.enum(['paper', 'mergekit']).default('paper');

export type Compat = z.output<typeof compat>;

/** One number for each ingredient, in their order; left out, all count the same. */
export const weights = z.array(z.number()).min(1);

export const compatOption: MethodOption = {
  name: 'compat',
  kind: 'text',
  words: "whose formulas and defaults where they differ: 'paper' or 'mergekit'; default: paper",
};
export const weightsOption: MethodOption = {
  name: 'weights',
  kind: 'numbers',
  words: 'one number an ingredient, with commas; default: all the same',
};

/** Weights as given, or all 1. */
export function weightsOf(given: readonly number[] | undefined, members: number, method: string): readonly number[] {
  if (given === undefined) return Array.from({ length: members }, () => 1);
  if (given.length === members) return given;
  throw new MethodParameterError(
    'weights',
    `${method} was given ${given.length} weights for ${members} ingredients.`,
    'Give one weight for each ingredient, in their order, or none.',
  );
}

/** Weights that add up to 1, for methods that know only shares. */
export function sharesOf(given: readonly number[] | undefined, members: number, method: string): readonly number[] {
  const weights = weightsOf(given, members, method);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.every((weight) => weight >= 0) && total > 0) return weights.map((weight) => weight / total);
  throw new MethodParameterError(
    'weights',
    `${method} takes shares of a whole, but its weights are ${weights.join(', ')}.`,
    'Give weights that are not negative and not all 0.',
  );
}
