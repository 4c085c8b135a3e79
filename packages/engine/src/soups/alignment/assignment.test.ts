import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestAssignment } from './assignment.js';

const total = (gains: ArrayLike<number>, n: number, columns: ArrayLike<number>) =>
  Array.from({ length: n }, (_, row) => gains[row * n + (columns[row] ?? -1)] ?? Number.NaN).reduce((a, b) => a + b, 0);

/** All orders of 0 … n−1. */
function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((order) => Array.from({ length: n }, (_, at) => order.toSpliced(at, 0, n - 1)));
}

const gains = fc.integer({ min: 1, max: 6 }).chain((n) =>
  fc.tuple(
    fc.constant(n),
    fc.array(fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.integer({ min: -3, max: 3 })), {
      minLength: n * n,
      maxLength: n * n,
    }),
  ),
);

describe('The best assignment', () => {
  test('is as good as the best of all orders, tried one by one', () => {
    fc.assert(
      fc.property(gains, ([n, values]) => {
        const columns = bestAssignment(Float64Array.from(values), n);
        expect([...columns].sort()).toEqual(Array.from({ length: n }, (_, at) => at));
        const best = Math.max(...orders(n).map((order) => total(values, n, order)));
        expect(total(values, n, columns)).toBeCloseTo(best, 8);
      }),
    );
  });

  test('finds a hidden order among 150 units at once', () => {
    const n = 150;
    const hidden = Array.from({ length: n }, (_, at) => (at * 67 + 13) % n);
    const values = Float64Array.from({ length: n * n }, (_, at) => Math.sin(at * 12.9898) * 0.4);
    for (const [row, column] of hidden.entries()) values[row * n + column] = 1;
    expect([...bestAssignment(values, n)]).toEqual(hidden);
  });

  test('of nothing is nothing, and of numbers that are none is refused', () => {
    expect([...bestAssignment(new Float64Array(), 0)]).toEqual([]);
    expect(() => bestAssignment(Float64Array.of(1, 2, 3), 2)).toThrow('has 4 gains, not 3');
    expect(() => bestAssignment(Float64Array.of(Number.NaN, 1, Number.NaN, 1), 2)).toThrow('finite');
  });
});
