import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskFromNoise, visibleCount } from './masking.js';

describe('MAE masking', () => {
  test('of 196 patches at 0.75, 49 are kept; of 16, 4; and never none', () => {
    expect(visibleCount(196, 0.75)).toBe(49);
    expect(visibleCount(16, 0.75)).toBe(4);
    expect(visibleCount(4, 0.95)).toBe(1);
  });

  test('the patches with the least noise are the visible ones', () => {
    const mask = maskFromNoise([0.9, 0.1, 0.5, 0.3], 0.5);
    expect([...mask.shuffle]).toEqual([1, 3, 2, 0]);
    expect([...mask.shuffle.subarray(0, mask.visible)]).toEqual([1, 3]);
  });

  test('restoring after shuffling is the identity, whatever the noise', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 64 }), (noise) => {
        const { shuffle, restore } = maskFromNoise(noise, 0.75);
        expect([...restore].map((place) => shuffle[place])).toEqual(noise.map((_, patch) => patch));
      }),
    );
  });
});
