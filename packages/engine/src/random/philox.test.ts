import { describe, expect, test } from 'vitest';
import { multiplyHigh, philox4x32 } from './philox.js';

/** From `tests/kat_vectors` of Random123 1.14: counter, key, expected block. */
const KNOWN_ANSWERS = [
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
] as const;

const words = (text: string) => Uint32Array.from(text.split(' '), (word) => Number.parseInt(word, 16));

describe('Philox4x32-10', () => {
  test.each(KNOWN_ANSWERS)('encrypts %s under %s as Random123 does', (counter, key, expected) => {
    const block = new Uint32Array(4);
    philox4x32(words(counter), words(key), block);
    expect(block).toEqual(words(expected));
  });

  test('multiplies 32-bit words exactly', () => {
    const samples = [0, 1, 2, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xd2511f53, 0xcd9e8d57, 0xffffffff];
    for (const a of samples) {
      for (const b of samples) expect(multiplyHigh(a, b)).toBe(Number((BigInt(a) * BigInt(b)) >> 32n));
    }
  });
});
