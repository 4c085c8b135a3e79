import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tensor, tensorOf } from '../../graph/tensor.js';
import { Histogram, stepOf } from './ranges.js';
import { quantiseWeights, transposed } from './weights.js';

const matrix = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([rows, columns]) =>
    fc
      .array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: rows * columns, maxLength: rows * columns })
      .map((values) => tensorOf('f32', [rows, columns], values)),
  );

describe('weights as integers of eight bits', () => {
  test.each([
    [false, 127],
    [true, 63],
  ])('are within half a step of what they were, channel by channel (reduced range: %s)', (reduceRange, most) => {
    fc.assert(
      fc.property(matrix, fc.constantFrom(0, 1), (weights, axis) => {
        const { data, scales } = quantiseWeights(weights, axis, { reduceRange });
        const [, columns = 1] = weights.shape;
        for (const [i, weight] of Array.from(weights.data, Number).entries()) {
          const scale = scales[axis === 0 ? Math.floor(i / columns) : i % columns] ?? 0;
          expect(Math.abs((data[i] ?? 0) * scale - weight)).toBeLessThanOrEqual(scale * 0.5000001);
          expect(Math.abs(data[i] ?? 0)).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  test('the largest of a channel is exact, and a channel of zeros stays one', () => {
    const { data, scales } = quantiseWeights(tensorOf('f32', [2, 3], [0.5, -2, 1, 0, 0, 0]), 0, { reduceRange: false });
    expect([...data]).toEqual([32, -127, 64, 0, 0, 0]);
    expect((data[1] ?? 0) * (scales[0] ?? 0)).toBeCloseTo(-2, 6);
  });

  test('are turned by exchanging axes', () => {
    expect([...transposed(tensorOf('f32', [2, 3], [1, 2, 3, 4, 5, 6])).data]).toEqual([1, 4, 2, 5, 3, 6]);
    expect(transposed(tensor('f32', [1, 2], Float32Array.of(1, 2))).shape).toEqual([2, 1]);
  });
});

describe('a range of activations', () => {
  test('has 255 steps, and 0 on one of them', () => {
    expect(stepOf({ low: -1, high: 254 })).toEqual({ scale: 1, zero: 1 });
    expect(stepOf({ low: 3, high: 255 })).toEqual({ scale: 1, zero: 0 });
    expect(stepOf({ low: -510, high: -100 })).toEqual({ scale: 2, zero: 255 });
    expect(stepOf({ low: 0, high: 0 })).toEqual({ scale: 1, zero: 0 });
  });

  test('by percentile leaves out no more than that share at each end, as counting one by one says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 400 }),
        fc.constantFrom(1, 0.99, 0.9, 0.5),
        (numbers, share) => {
          const ends = { low: Math.min(...numbers), high: Math.max(...numbers) };
          const histogram = new Histogram(ends);
          histogram.add(numbers);
          const { low, high } = histogram.holding(share);
          const most = (numbers.length * (1 - share)) / 2;
          // Of the numbers in the bins at the ends some may lie on the other side of a bin's edge by a rounding.
          const slack = 1e-9 * (ends.high - ends.low);
          expect(numbers.filter((number) => number < low - slack).length).toBeLessThanOrEqual(most);
          expect(numbers.filter((number) => number > high + slack).length).toBeLessThanOrEqual(most);
          expect(low).toBeGreaterThanOrEqual(ends.low);
          expect(high).toBeLessThanOrEqual(ends.high + slack);
        },
      ),
    );
  });

  test('by percentile is narrower where a few numbers lie far out', () => {
    const numbers = [...Array.from({ length: 9999 }, (_, i) => Math.sin(i)), 100];
    const histogram = new Histogram({ low: -1, high: 100 });
    histogram.add(numbers);
    expect(histogram.holding(0.999).high).toBeLessThan(1.1);
    expect(histogram.holding(1).high).toBeCloseTo(100);
  });
});
