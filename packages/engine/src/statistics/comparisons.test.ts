import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packBits } from '../evaluation/bitmap.js';
import { keyed } from '../random/random.js';
import { bootstrapRanks } from './bootstrap-ranks.js';
import { averageRanks, pearson, spearman } from './correlation.js';
import { benjaminiHochberg, holm } from './multiple-comparisons.js';
import { rankIntervals } from './rank-intervals.js';

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });

describe('p-values of many comparisons', () => {
  test('a worked example of four', () => {
    // Sorted 0.005, 0.01, 0.03, 0.04: Holm ×4, ×3, ×2, ×1 and never falling; Benjamini–Hochberg ×4/1, ×4/2, ×4/3, ×4/4.
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(benjaminiHochberg([0.01, 0.04, 0.03, 0.005])).toEqual([0.02, 0.04, 0.04, 0.02]);
  });

  test('only grow, keep their order, and never exceed what Bonferroni asks', () => {
    fc.assert(
      fc.property(pValues, (given) => {
        const strict = holm(given);
        const mild = benjaminiHochberg(given);
        for (const [i, p] of given.entries()) {
          expect(mild[i]).toBeGreaterThanOrEqual(p - 1e-15);
          expect(strict[i]).toBeGreaterThanOrEqual((mild[i] ?? 0) - 1e-15);
          expect(strict[i]).toBeLessThanOrEqual(Math.min(1, p * given.length));
          for (const [j, q] of given.entries()) if (p < q) expect(strict[i]).toBeLessThanOrEqual(strict[j] ?? 0);
        }
      }),
    );
    expect(holm([])).toEqual([]);
    expect(() => holm([0.1, 1.2])).toThrow('Comparison 1 has 1.2, which is no p-value in 0 … 1.');
  });
});

/** Bitmaps of models with these accuracies on one benchmark whose examples have a common difficulty. */
function board(n: number, accuracies: readonly number[]): Uint8Array[] {
  return accuracies.map((accuracy, model) =>
    packBits(
      Array.from({ length: n }, (_, example) => {
        const difficulty = 0.7 * keyed(5, example).uniform() + 0.3 * keyed(5, example, model).uniform();
        return difficulty < accuracy;
      }),
    ),
  );
}

describe('ranks on a leaderboard', () => {
  test('leave models tied that the examples cannot tell apart, and separate those they can', () => {
    // The first two differ on 10 + 6 examples, which is p = 0.45; the third is right on the first 150 alone.
    const rightOn = (from: number, to: number) => packBits(Array.from({ length: 300 }, (_, i) => i >= from && i < to));
    const ranks = rankIntervals([rightOn(0, 240), rightOn(10, 246), rightOn(0, 150)], 300);
    expect(ranks.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    expect(ranks[0]).toMatchObject({ best: 1, worst: 2, tiedWith: [1] });
    expect(ranks[1]).toMatchObject({ best: 1, worst: 2, tiedWith: [0] });
    expect(ranks[2]).toEqual({ rank: 3, best: 3, worst: 3, tiedWith: [] });
  });

  test('of equal scores are equal, and ten examples separate nobody', () => {
    const [same = new Uint8Array()] = board(100, [0.6]);
    expect(rankIntervals([same, same, same], 100).map(({ rank, best, worst }) => [rank, best, worst])).toEqual([
      [1, 1, 3],
      [1, 1, 3],
      [1, 1, 3],
    ]);
    for (const { best, worst } of rankIntervals(board(10, [0.8, 0.6, 0.5]), 10)) expect([best, worst]).toEqual([1, 3]);
  });

  test('hold the rank of the score, are symmetric, and widen with a stricter level', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.2, max: 0.9, noNaN: true }), { minLength: 1, maxLength: 6 }),
        (accuracies) => {
          const bitmaps = board(200, accuracies);
          const [usual, strict] = [rankIntervals(bitmaps, 200), rankIntervals(bitmaps, 200, { alpha: 0.001 })];
          for (const [i, { rank, best, worst, tiedWith }] of usual.entries()) {
            expect(best).toBeLessThanOrEqual(rank);
            expect(worst).toBeGreaterThanOrEqual(rank);
            for (const j of tiedWith) expect(usual[j]?.tiedWith).toContain(i);
            expect(strict[i]?.best).toBeLessThanOrEqual(best);
            expect(strict[i]?.worst).toBeGreaterThanOrEqual(worst);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('by resampling agree where the evidence is clear, and follow the seed', () => {
    const scores = [0.9, 0.6, 0.59].map((centre, model) =>
      Float64Array.from(
        { length: 300 },
        (_, i) => centre + 0.1 * keyed(6, i).normal() + 0.1 * keyed(6, i, model).normal(),
      ),
    );
    const ranks = bootstrapRanks(scores, { seed: 1, resamples: 400 });
    expect(ranks[0]).toEqual({ rank: 1, best: 1, worst: 1 });
    expect(ranks[1]).toMatchObject({ best: 2 });
    expect(ranks[2]).toMatchObject({ worst: 3 });
    expect(bootstrapRanks(scores, { seed: 1, resamples: 400 })).toEqual(ranks);
    expect(() => bootstrapRanks([[1, 2], [1]], { seed: 1 })).toThrow(/Model 1 has 1 scores, the first 2/);
  });
});

describe('correlation', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
    minLength: 2,
    maxLength: 30,
  });

  test('does not change with scale and place; ranks not with any rising function', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const [x, y] = [given.map(([a]) => a), given.map(([, b]) => b)];
        const r = pearson(x, y);
        const rho = spearman(x, y);
        if (r === null || rho === null) {
          expect(new Set(x).size === 1 || new Set(y).size === 1).toBe(true);
          return;
        }
        expect(pearson(y, x)).toBeCloseTo(r, 12);
        expect(
          pearson(
            x.map((v) => 3 * v + 7),
            y,
          ),
        ).toBeCloseTo(r, 12);
        expect(
          spearman(
            x.map((v) => Math.exp(v)),
            y,
          ),
        ).toBeCloseTo(rho, 12);
        expect(
          spearman(
            x.map((v) => -v),
            y,
          ),
        ).toBeCloseTo(-rho, 12);
      }),
    );
  });

  test('worked examples: a line, a parabola, and ranks that are shared', () => {
    expect(pearson([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 15);
    expect(pearson([-1, 0, 1], [1, 0, 1])).toBe(0);
    expect(spearman([1, 2, 3, 4], [1, 8, 27, 64])).toBeCloseTo(1, 15);
    expect([...averageRanks([10, 20, 10, 30])]).toEqual([1.5, 3, 1.5, 4]);
    expect(pearson([1, 1], [2, 3])).toBeNull();
    expect(() => pearson([1, 2], [1])).toThrow(/at least 2 pairs/);
    expect(() => spearman([1, Number.NaN], [1, 2])).toThrow('Value 1 of the first list is NaN, which is no number.');
  });
});
