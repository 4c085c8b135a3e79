import { SoupError } from '../errors.js';

/** Which examples of a data set are looked at. */
export interface ExampleWords {
  /** The data's own set of examples: 'train', 'test', 'val', as its format calls them. */
  readonly part: string;
  /** How many of them, drawn by the seed: all, a number, or a share above 0 and at most 1. */
  readonly amount: { readonly kind: 'all' } | { readonly kind: 'count' | 'share'; readonly value: number };
}

const WORDS = /^([A-Za-z0-9][A-Za-z0-9._-]{0,99})(?::(\d*\.?\d+)(%?))?$/;

/** Reads 'val', 'train:1000' (as many), 'train:0.1' or 'train:10%' (such a share). Throws SoupError. */
export function exampleWords(text: string): ExampleWords {
  const [, part, number, percent] = WORDS.exec(text) ?? [];
  const value = Number(number) / (percent === '%' ? 100 : 1);
  const share = percent === '%' || number?.includes('.') === true;
  if (part !== undefined && number === undefined) return { part, amount: { kind: 'all' } };
  if (part !== undefined && share && value > 0 && value <= 1) return { part, amount: { kind: 'share', value } };
  if (part !== undefined && !share && value >= 1) return { part, amount: { kind: 'count', value } };
  throw new SoupError(
    `'${text}' does not say which examples to look at.`,
    "Name a set of examples of the data, all of it or a part: 'val', 'train:1000', 'train:10%'.",
  );
}
