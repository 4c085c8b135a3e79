import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remember } from '../mixtures/remember.js';
import type { ScoreMixture } from '../mixtures/score.js';
import { averageLinkage, cutClusters } from './average-linkage.js';
import { barrier } from './barrier.js';
import { barrierMatrix } from './barrier-matrix.js';
import { measurePath, pathShares } from './path.js';
import { measureTernary, ternaryGrid } from './ternary.js';

/** A world in which a model is one number, and its loss a function of it. */
function world(weights: readonly number[], lossOf: (weight: number) => number): ScoreMixture {
  return async (shares) => {
    const whole = shares.reduce((sum, share) => sum + share, 0);
    const weight = shares.reduce((sum, share, index) => sum + share * (weights[index] ?? 0), 0) / whole;
    const loss = lossOf(weight);
    return { loss, error: loss / 10 };
  };
}
const bump = (weight: number) => 1 - weight * weight;
const bowl = (weight: number) => weight * weight;
const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 11, maxLength: 25 });

describe('the barrier between two models', () => {
  test('a story: over a hill of height 1 between two valleys the barrier is 1, half way', async () => {
    const path = await measurePath(world([-1, 1], bump), { first: 0, second: 1, count: 2 }, { points: 21 });
    expect(path.loss).toMatchObject({ height: 1, at: 0.5, interior: 1, connected: false });
    expect(path.error.height).toBeCloseTo(0.1, 15);
    expect(path.points).toHaveLength(21);
    expect(path.points[10]).toEqual({ lambda: 0.5, loss: 1, error: 0.1 });
  });

  test('invariants of science §7.2: 0 at both ends, never below 0, the same from the other side, to the last bit', () => {
    fc.assert(
      fc.property(values, (path) => {
        const [there, back] = [barrier(path), barrier(path.toReversed())];
        expect(there.excess[0]).toBe(0);
        expect(there.excess.at(-1)).toBe(0);
        expect(there.height).toBeGreaterThanOrEqual(0);
        expect(back.height).toBe(there.height);
        expect(back.interior).toBe(there.interior);
        expect(back.excess.toReversed()).toEqual(there.excess);
      }),
    );
  });

  test('between a model and itself it is exactly 0', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (loss) => {
        expect(barrier(Array.from({ length: 13 }, () => loss))).toMatchObject({
          height: 0,
          interior: 0,
          connected: true,
        });
      }),
    );
  });

  test('where the loss is convex in the weights there is none, and mixing gains', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 10, max: 20 })), async (weights) => {
        const path = await measurePath(world(weights, bowl), { first: 0, second: 1, count: 2 });
        expect(path.loss.height).toBe(0);
        expect(path.loss.interior).toBeLessThan(0);
      }),
      { numRuns: 30 },
    );
  });

  test('is the largest rise above the line by the definition, found by brute force', () => {
    fc.assert(
      fc.property(values, (path) => {
        const m = path.length - 1;
        const rises = path.map((value, i) => value - (1 - i / m) * (path[0] ?? 0) - (i / m) * (path[m] ?? 0));
        expect(barrier(path).height).toBeCloseTo(Math.max(...rises), 12);
      }),
    );
  });

  test('few points, or a loss that is none, are refused in a sentence', () => {
    expect(() => barrier([1, 2, 3])).toThrow(/from 3 values/);
    expect(() => barrier([...Array.from({ length: 10 }, () => 1), Number.NaN])).toThrow(/1 of them not finite/);
    expect(() => pathShares(0, 1, 2, 5)).toThrow(/5 points/);
    expect(() => pathShares(0, 2, 2)).toThrow(/model 2 of 2/);
  });
});

describe('the barriers of a pool', () => {
  test('two basins are found, at the price of each mixture once', async () => {
    // Valleys at −1 and 1, models 0, 2 in the one and 1, 3 in the other.
    const score = remember(world([-1, 1, -1.05, 0.95], (weight) => (weight * weight - 1) ** 2));
    const done: number[] = [];
    const found = await barrierMatrix(score.of, 4, { points: 11, onProgress: (pair) => done.push(pair) });
    expect(score.measured).toBe(4 + 6 * 9);
    expect(done).toEqual([1, 2, 3, 4, 5, 6]);
    expect(found.loss.map((row) => row.map((height) => (height > 0.5 ? 'high' : 'low')))).toEqual([
      ['low', 'high', 'low', 'high'],
      ['high', 'low', 'high', 'low'],
      ['low', 'high', 'low', 'high'],
      ['high', 'low', 'high', 'low'],
    ]);
    expect(found.clusters.order).toEqual([0, 2, 1, 3]);
    expect(cutClusters(found.clusters, 0.5)).toEqual([0, 1, 0, 1]);
  });

  test('clusters are runs of the order, merges rise, and cutting high or low gives one cluster or all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.infiniteStream(fc.integer({ min: 0, max: 6 })), (size, draw) => {
        const table = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < i; j++) {
            const value = 1 + (draw.next().value ?? 0);
            table[i]?.splice(j, 1, value);
            table[j]?.splice(i, 1, value);
          }
        }
        const clusters = averageLinkage(table);
        expect(averageLinkage(structuredClone(table))).toEqual(clusters);
        expect([...clusters.order].sort((a, b) => a - b)).toEqual([...table.keys()]);
        let before = 0;
        for (const { left, right, height } of clusters.merges) {
          expect(height).toBeGreaterThanOrEqual(before - 1e-12);
          before = height;
          const both = [...left, ...right];
          const start = clusters.order.indexOf(both[0] ?? -1);
          expect(clusters.order.slice(start, start + both.length)).toEqual(both);
          const sum = left.flatMap((a) => right.map((b) => table[a]?.[b] ?? 0)).reduce((x, y) => x + y, 0);
          expect(height).toBeCloseTo(sum / left.length / right.length, 12);
        }
        expect(new Set(cutClusters(clusters, 0)).size).toBe(size);
        expect(new Set(cutClusters(clusters, 10)).size).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  test('of equal distances the first pair goes first, and a table that is none is refused', () => {
    const { merges, order } = averageLinkage([
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
    ]);
    expect(merges).toEqual([
      { left: [0], right: [1], height: 1 },
      { left: [0, 1], right: [2], height: 1 },
    ]);
    expect(order).toEqual([0, 1, 2]);
    expect(() =>
      averageLinkage([
        [0, 1],
        [2, 0],
      ]),
    ).toThrow(/not square, symmetric and finite: row 0, column 1/);
  });
});

describe('the triangle of three models', () => {
  test('has its corners first, then the points inside, and on request those on the sides', () => {
    for (const divisions of [3, 4, 12]) {
      const inside = ternaryGrid({ divisions });
      expect(inside).toHaveLength(3 + ((divisions - 1) * (divisions - 2)) / 2);
      const all = ternaryGrid({ divisions, sides: true });
      expect(all).toHaveLength(((divisions + 1) * (divisions + 2)) / 2);
      expect(new Set(all.map(String)).size).toBe(all.length);
      for (const [a, b, c] of all) expect(a + b + c).toBe(divisions);
    }
    expect(() => ternaryGrid({ divisions: 2 })).toThrow(/divided into 2/);
  });

  test('in a bowl every mixture inside beats the plane through the corners, by the spread of its corners', async () => {
    const weights = [5, 0, 3, -2];
    const points = await measureTernary(world(weights, bowl), { models: [1, 2, 3], count: 4 });
    for (const { at, lossExcess } of points) {
      const corners = [0, 3, -2];
      const mean = at.reduce((sum, share, i) => sum + share * (corners[i] ?? 0), 0);
      const variance = at.reduce((sum, share, i) => sum + share * ((corners[i] ?? 0) - mean) ** 2, 0);
      expect(lossExcess).toBeCloseTo(-variance, 12);
    }
    expect(points.slice(0, 3).map(({ lossExcess, errorExcess }) => [lossExcess, errorExcess])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    await expect(measureTernary(world(weights, bowl), { models: [1, 1, 3], count: 4 })).rejects.toThrow(
      /models 1, 1, 3 of 4/,
    );
  });
});
