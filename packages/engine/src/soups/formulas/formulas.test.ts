import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelStock } from './model-stock.js';
import { slerp } from './slerp.js';

const numbers = (length: number) =>
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: length, maxLength: length });
const plus = (left: readonly number[], right: readonly number[]) => left.map((value, i) => value + (right[i] ?? 0));

describe('Model Stock', () => {
  test('equal ingredients stay what they are: t = 1', () => {
    const { cosines, t } = modelStock(
      [1, 2, 3],
      [
        [2, 2, 5],
        [2, 2, 5],
        [2, 2, 5],
      ],
    );
    expect(cosines).toHaveLength(3);
    expect(t).toBeCloseTo(1, 12);
  });

  test('orthogonal ways lead back to the stock: t = 0', () => {
    expect(
      modelStock(
        [1, 1],
        [
          [3, 1],
          [1, 4],
        ],
      ).t,
    ).toBe(0);
  });

  test('a tensor that did not move stays at the stock, instead of becoming NaN', () => {
    expect(
      modelStock(
        [1, 2],
        [
          [1, 2],
          [1, 2],
        ],
      ),
    ).toEqual({ cosines: [0], t: 0 });
  });

  test('opposite ways give a t that is not clamped', () => {
    expect(
      modelStock(
        [0, 0],
        [
          [1, 0],
          [-0.5, 0.1],
        ],
      ).t,
    ).toBeLessThan(-10);
  });

  test('does not change when everything moves by the same amount', () => {
    fc.assert(
      fc.property(numbers(5), numbers(5), numbers(5), numbers(5), (stock, left, right, move) => {
        const before = modelStock(stock, [left, right]).cosines[0] ?? 0;
        const after = modelStock(plus(stock, move), [plus(left, move), plus(right, move)]).cosines[0] ?? 0;
        const apart = [left, right].map((model) => Math.hypot(...model.map((value, i) => value - (stock[i] ?? 0))));
        fc.pre(Math.min(...apart) > 1e-2);
        expect(after).toBeCloseTo(before, 9);
      }),
    );
  });

  test('refuses what it cannot compare', () => {
    expect(() => modelStock([1], [[2]])).toThrow('it was given 1');
    expect(() => modelStock([1, 2], [[2, 3], [2]])).toThrow('Ingredient 1 has 1 numbers where the stock has 2');
  });
});

describe('Slerp', () => {
  test('begins at one end and stops at the other', () => {
    expect([...slerp([1, 0, 2], [0, 3, 1], 0)]).toEqual([1, 0, 2]);
    expect([...slerp([1, 0, 2], [0, 3, 1], 1)]).toEqual([0, 3, 1]);
  });

  test('keeps the length of vectors of one length, and looks the same from the other end', () => {
    fc.assert(
      fc.property(numbers(4), numbers(4), fc.double({ min: 0, max: 1, noNaN: true }), (left, right, t) => {
        fc.pre(Math.hypot(...left) > 0.1 && Math.hypot(...right) > 0.1);
        const [a, b] = [left, right].map((vector) => vector.map((value) => value / Math.hypot(...vector)));
        const cosine = (a ?? []).reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0);
        fc.pre(Math.abs(cosine) < 0.999);
        const found = slerp(a ?? [], b ?? [], t);
        expect(Math.hypot(...found)).toBeCloseTo(1, 9);
        const reversed = slerp(b ?? [], a ?? [], 1 - t);
        for (const [i, value] of found.entries()) expect(value).toBeCloseTo(reversed[i] ?? Number.NaN, 9);
      }),
    );
  });

  test('takes the straight line between directions that are nearly equal or opposite', () => {
    expect([...slerp([1, 0], [2, 1e-6], 0.25)]).toEqual([1.25, 2.5e-7]);
    expect([...slerp([1, 0], [-3, 0], 0.5)]).toEqual([-1, 0]);
  });

  test('does not divide by the length of a zero vector', () => {
    expect([...slerp([0, 0], [2, 0], 0.5)].every(Number.isFinite)).toBe(true);
  });
});
