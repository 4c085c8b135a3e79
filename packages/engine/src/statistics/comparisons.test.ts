import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packBits } from '../evaluation/bitmap.js';
import { keyed } from '../random/random.js';
import { bootstrapRanks } from './bootstrap-ranks.js';
import { averageRanks, pearson, spearman } from './correlation.js';
import { mcnemar } from './mcnemar.js';
import { benjaminiHochberg, holm } from './multiple-comparisons.js';
import { normalQuantile } from './normal.js';
import { pairedCounts } from './paired-comparison.js';
import { rankIntervals } from './rank-intervals.js';
import { scoreSeparation } from './score-separation.js';
import { wilsonInterval } from './wilson.js';

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
    const { ranks } = rankIntervals([rightOn(0, 240), rightOn(10, 246), rightOn(0, 150)], 300);
    expect(ranks.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    expect(ranks[0]).toMatchObject({ best: 1, worst: 2, tiedWith: [1] });
    expect(ranks[1]).toMatchObject({ best: 1, worst: 2, tiedWith: [0] });
    expect(ranks[2]).toEqual({ rank: 3, best: 3, worst: 3, tiedWith: [] });
  });

  test('of equal scores are equal, and ten examples separate nobody', () => {
    const [same = new Uint8Array()] = board(100, [0.6]);
    expect(rankIntervals([same, same, same], 100).ranks.map(({ rank, best, worst }) => [rank, best, worst])).toEqual([
      [1, 1, 3],
      [1, 1, 3],
      [1, 1, 3],
    ]);
    for (const { best, worst } of rankIntervals(board(10, [0.8, 0.6, 0.5]), 10).ranks)
      expect([best, worst]).toEqual([1, 3]);
  });

  test('hold the rank of the score, are symmetric, and widen with a stricter level', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.2, max: 0.9, noNaN: true }), { minLength: 1, maxLength: 6 }),
        (accuracies) => {
          const bitmaps = board(200, accuracies);
          const [{ ranks: usual }, { ranks: strict }] = [
            rankIntervals(bitmaps, 200),
            rankIntervals(bitmaps, 200, { alpha: 0.001 }),
          ];
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

  test('say the adjusted p-value of every pair, in either order', () => {
    const bitmaps = board(400, [0.8, 0.7, 0.5, 0.45]);
    const pairs = [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].filter((j) => j > i).map((j) => [i, j] as const));
    const p = pairs.map(([i, j]) => {
      const [first = new Uint8Array(), second = new Uint8Array()] = [bitmaps[i], bitmaps[j]];
      return mcnemar(pairedCounts(first, second, 400));
    });
    const { adjustedP } = rankIntervals(bitmaps, 400);
    for (const [index, [i, j]] of pairs.entries()) {
      expect(adjustedP(i, j)).toBe(holm(p)[index]);
      expect(adjustedP(j, i)).toBe(adjustedP(i, j));
      expect(adjustedP(i, i)).toBe(1);
    }
  });

  test('of images in several versions count images: copies of the same answers separate nobody further', () => {
    const [first = new Uint8Array(), second = new Uint8Array()] = board(64, [0.75, 0.6]);
    const once = rankIntervals([first, second], 64).adjustedP(0, 1);
    const copies = (bits: Uint8Array) => Uint8Array.from(Array.from({ length: 9 }, () => [...bits]).flat());
    const asIfIndependent = rankIntervals([copies(first), copies(second)], 64 * 9).adjustedP(0, 1);
    const byImage = rankIntervals([copies(first), copies(second)], 64, { versions: 9 }).adjustedP(0, 1);
    expect(once).toBeGreaterThan(0.001);
    expect(asIfIndependent).toBeLessThan(1e-6);
    // Student's test of 64 differences and the exact one agree but for what the normal curve and the coin differ.
    expect(Math.abs(Math.log10(byImage / once))).toBeLessThan(0.6);
  });

  test('of models that are right equally often in versions are equal, whatever thirds and sixths add up to', () => {
    const versions = 6;
    fc.assert(
      fc.property(fc.array(fc.nat({ max: versions }), { minLength: 2, maxLength: 40 }), fc.nat(), (rights, seed) => {
        const n = rights.length;
        // The same counts dealt to the images in another order: the same score.
        const dealt = [...keyed(seed, 'deal').permutation(n)].map((image) => rights[image] ?? 0);
        const [first, second] = [rights, dealt].map((counts) =>
          packBits(Array.from({ length: n * versions }, (_, at) => Math.floor(at / n) < (counts[at % n] ?? 0))),
        );
        const { ranks } = rankIntervals([first ?? new Uint8Array(), second ?? new Uint8Array()], n, { versions });
        expect(ranks.map(({ rank }) => rank)).toEqual([1, 1]);
      }),
    );
  });

  test('by score intervals are those of comparing every pair of intervals', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 30 }), (rights) => {
        const n = 500;
        const z = normalQuantile(1 - 0.05 / (2 * rights.length));
        const intervals = rights.map((right) => wilsonInterval(right, n, z));
        for (const [i, right] of rights.entries()) {
          const { above, below } = scoreSeparation(right / n, n, rights.length);
          const mine = intervals[i] ?? { low: 0, high: 1 };
          // A score at the very border is told apart by neither or by both, as it rounds.
          for (const [j, other] of rights.entries()) {
            const theirs = intervals[j] ?? { low: 0, high: 1 };
            if (Math.abs(other / n - above) > 1e-9) expect(other / n > above).toBe(theirs.low > mine.high);
            if (Math.abs(other / n - below) > 1e-9) expect(other / n < below).toBe(theirs.high < mine.low);
          }
        }
      }),
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
