import { z } from 'zod';
import { matcherOf } from '../../name-pattern.js';
import { didYouMean, listed } from '../../recipe/did-you-mean.js';
import { MethodParameterError } from '../errors.js';

const told = z.object({ layers: z.array(z.object({ tensors: z.string() })) });

/** The first of some rows whose pattern means this tensor. */
export function firstFor<T extends { readonly tensors: string }>(rows: readonly T[]): (name: string) => T | undefined {
  const matchers = rows.map((row) => ({ row, matches: matcherOf(row.tensors) }));
  return (name) => matchers.find(({ matches }) => matches(name))?.row;
}

/** Throws MethodParameterError where parameters say something of tensors that none of these is: a word that is written wrong. */
export function assertPatternsFit(parameters: object, names: readonly string[]): void {
  for (const { tensors } of told.safeParse(parameters).data?.layers ?? []) {
    if (names.some(matcherOf(tensors))) continue;
    throw new MethodParameterError(
      'layers',
      `The pattern '${tensors}' means no tensor of these models.${didYouMean(tensors, names)}`,
      `Tensors are ${listed(names, 8)}.`,
    );
  }
}
