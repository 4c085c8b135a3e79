/**
 * @file From words that say what a random number is for, such as (seed, epoch, example, operation), to the Philox key and
 * counter that give it. The words are absorbed one after the other by Philox itself (a Davies–Meyer chain), each with a
 * tag for its type and its position, so that (1, 23), (12, 3), ('1', 23) and (1, 23, 0) are unrelated streams.
 */
import { philox4x32 } from './philox.js';

/** A safe integer or a string. */
export type Word = number | string;

/** Two words of Philox key, then the two upper words of its counter: one stream of 2^64 blocks. */
export type StreamState = Uint32Array;

const NUMBER_TAG = 0x6e000000;
const TEXT_TAG = 0x74000000;
const TWO_TO_32 = 0x1_0000_0000;
const encoder = new TextEncoder();

export const INITIAL_STATE: StreamState = Uint32Array.of(0, 0, 0, 0);

/** The state after absorbing further words. Throws RangeError for a number that is not a safe integer. */
export function absorb(state: StreamState, words: readonly Word[]): StreamState {
  let current = state;
  for (const word of words) {
    current = typeof word === 'number' ? absorbNumber(current, word) : absorbText(current, word);
  }
  return current;
}

function absorbNumber(state: StreamState, word: number): StreamState {
  if (!Number.isSafeInteger(word)) {
    throw new RangeError(
      `A random stream was keyed by the number ${word}, which is not a safe integer: key it by whole numbers and names.`,
    );
  }
  return mix(state, word >>> 0, Math.floor(word / TWO_TO_32) >>> 0, NUMBER_TAG);
}

function absorbText(state: StreamState, word: string): StreamState {
  const bytes = encoder.encode(word);
  let current = mix(state, bytes.length, 0, TEXT_TAG);
  for (let at = 0; at < bytes.length; at += 8) {
    current = mix(current, littleEndian(bytes, at), littleEndian(bytes, at + 4), TEXT_TAG | 1);
  }
  return current;
}

function littleEndian(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = 3; i >= 0; i--) value = (value << 8) | (bytes[at + i] ?? 0);
  return value >>> 0;
}

function mix(state: StreamState, low: number, high: number, tag: number): StreamState {
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = state;
  const next = Uint32Array.of(s0 ^ low, s1 ^ high, s2 ^ tag, s3);
  const feedForward = Uint32Array.from(next);
  philox4x32(next, Uint32Array.of(low, high), next);
  for (let i = 0; i < 4; i++) next[i] = (next[i] ?? 0) ^ (feedForward[i] ?? 0);
  return next;
}
