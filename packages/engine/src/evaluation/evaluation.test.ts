import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilsonInterval } from '../statistics/wilson.js';
import { packBits, unpackBits } from './bitmap.js';
import { cellsOf, meanCorruptionError } from './cells.js';
import { CompensatedSum } from './sum.js';

describe('bitmaps', () => {
  test('put the first example in the least significant bit', () => {
    expect(packBits([true, false, false, true])).toEqual(Uint8Array.of(0b1001));
    expect(packBits(Array.from({ length: 9 }, (_, index) => index === 8))).toEqual(Uint8Array.of(0, 1));
  });

  test('are unpacked to what was packed', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), (truths) => {
        expect(unpackBits(packBits(truths), truths.length)).toEqual(truths);
      }),
    );
  });

  test('of another length are refused', () => {
    expect(() => unpackBits(new Uint8Array(2), 17)).toThrow('A bitmap of 2 bytes does not hold 17 examples.');
  });
});

describe('the Wilson interval', () => {
  test('is that of the published examples', () => {
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for (const [right, n, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const interval = wilsonInterval(right, n);
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
  });

  test('holds exactly the shares that the score test does not reject', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const right = Math.round(share * n);
        const { low, high } = wilsonInterval(right, n);
        expect(low).toBeLessThanOrEqual(right / n);
        expect(high).toBeGreaterThanOrEqual(right / n);
        for (const bound of [low, high]) {
          if (bound === 0 || bound === 1) continue;
          const z = Math.abs(right / n - bound) / Math.sqrt((bound * (1 - bound)) / n);
          expect(z).toBeCloseTo(1.959964, 4);
        }
        const mirror = wilsonInterval(n - right, n);
        expect(mirror.low).toBeCloseTo(1 - high, 9);
      }),
    );
  });

  test('refuses counts that are none', () => {
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
    expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
  });
});

describe('cells of a corruption benchmark', () => {
  test('are severity-major inside a corruption', () => {
    const right = [1, 1, 1, 0, 0, 0, /* fog */ 1, 1, 0, 1, 0, 0];
    const cells = cellsOf(right, ['zigzag', 'fog'], [1, 2, 5], 2);
    expect(cells.corruption).toEqual(['zigzag', 'zigzag', 'zigzag', 'fog', 'fog', 'fog']);
    expect(cells.severity).toEqual([1, 2, 5, 1, 2, 5]);
    expect(cells.top1).toEqual([1, 0.5, 0, 1, 0.5, 0]);
    expect(cells.n).toEqual([2, 2, 2, 2, 2, 2]);
    expect(meanCorruptionError(cells)).toBe(0.5);
  });

  test('a missing severity is refused, not averaged over', () => {
    expect(() => cellsOf([1, 1, 1], ['fog'], [1, 2], 2)).toThrow(
      /3 answers do not fill 1 corruptions × 2 severities × 2/,
    );
  });

  test('with equal cells the mean corruption error is 1 − accuracy', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (right) => {
        const error = meanCorruptionError(cellsOf(right, ['a', 'b'], [1, 2, 3], 2));
        expect(error).toBeCloseTo(1 - right.filter(Boolean).length / 12, 12);
      }),
    );
  });
});

describe('the compensated sum', () => {
  test('keeps what plain addition loses', () => {
    const sum = new CompensatedSum();
    for (const term of [1, 1e100, 1, -1e100]) sum.add(term);
    expect(sum.value).toBe(2);
  });
});
