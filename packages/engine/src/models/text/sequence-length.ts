import type { TokenSequence } from './tokenizer.js';

/** The shortest sequence that a network is built for. */
const SHORTEST = 16;

/**
 * The length of the network that reads a sequence: a power of two, so that there are few of them. Padding is seen by no
 * token, so a shorter network gives the same numbers but for the order of sums, with less work.
 *
 * @param longest what sequences are cut at
 */
export function networkLength(tokens: number, longest: number): number {
  let length = Math.min(SHORTEST, longest);
  while (length < tokens) length = Math.min(2 * length, longest);
  return length;
}

/** Tokens of a sequence that are no padding. */
export function tokenCount({ mask }: TokenSequence): number {
  const padding = mask.indexOf(0);
  return padding < 0 ? mask.length : padding;
}

/**
 * The sequence without some of its padding.
 *
 * @param length from `tokenCount` to what it was padded to
 * @throws {RangeError} for a longer one
 */
export function atLength({ ids, types, mask }: TokenSequence, length: number): TokenSequence {
  if (length <= ids.length) {
    return { ids: ids.slice(0, length), types: types.slice(0, length), mask: mask.slice(0, length) };
  }
  throw new RangeError(`A sequence of ${ids.length} tokens was asked for at the length ${length}.`);
}
