import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from '../random/random.js';
import { bootstrap, pairedBootstrap } from './bootstrap.js';
import { clopperPearson } from './clopper-pearson.js';
import { incompleteBeta } from './incomplete-beta.js';
import { normal, normalQuantile } from './normal.js';
import { overSeeds } from './over-seeds.js';
import { quantile } from './quantile.js';
import { studentT, studentTQuantile } from './student-t.js';
import { wilsonInterval } from './wilson.js';

const shares = fc.integer({ min: 1, max: 400 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

describe('the exact interval of a share', () => {
  test('ends where a tail of the binomial distribution is 2.5 %', () => {
    fc.assert(
      fc.property(shares, ([right, n]) => {
        const { low, high } = clopperPearson(right, n);
        // P(X ≥ k | p) = I_p(k, n − k + 1).
        if (right > 0) expect(incompleteBeta(low, right, n - right + 1)).toBeCloseTo(0.025, 9);
        if (right < n) expect(1 - incompleteBeta(high, right + 1, n - right)).toBeCloseTo(0.025, 9);
        expect(low).toBeLessThanOrEqual(right / n);
        expect(high).toBeGreaterThanOrEqual(right / n);
      }),
    );
  });

  test('with no or all examples right has the closed form of the rule of three, and it covers more than Wilson’s', () => {
    expect(clopperPearson(0, 20)).toEqual({ low: 0, high: expect.closeTo(1 - 0.025 ** (1 / 20), 12) });
    expect(clopperPearson(20, 20).low).toBeCloseTo(0.025 ** (1 / 20), 12);
    const exact = clopperPearson(80, 100);
    const wilson = wilsonInterval(80, 100);
    expect(exact.high - exact.low).toBeGreaterThan(wilson.high - wilson.low);
  });

  test('covers the true share at least as often as it says: every p, summed over all outcomes', () => {
    const n = 25;
    for (let p = 0.02; p < 1; p += 0.04) {
      let covered = 0;
      let probability = (1 - p) ** n;
      for (let k = 0; k <= n; k++) {
        const { low, high } = clopperPearson(k, n);
        if (low <= p && p <= high) covered += probability;
        probability *= ((n - k) / (k + 1)) * (p / (1 - p));
      }
      expect(covered).toBeGreaterThanOrEqual(0.95);
    }
  });

  test('of what are no counts is refused', () => {
    for (const [right, n] of [
      [2.5, 4],
      [5, 4],
      [-1, 4],
      [0, 0],
    ] as const) {
      expect(() => clopperPearson(right, n)).toThrow(RangeError);
    }
    expect(() => clopperPearson(1, 2, 95)).toThrow(/no confidence level/);
  });
});

describe('quantiles', () => {
  test('undo their distribution functions', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-9, noNaN: true }), fc.integer({ min: 1, max: 200 }), (p, df) => {
        expect(normal(normalQuantile(p))).toBeCloseTo(p, 12);
        expect(studentT(studentTQuantile(p, df), df)).toBeCloseTo(p, 9);
      }),
    );
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
    // One degree of freedom is Cauchy's distribution.
    expect(studentTQuantile(0.975, 1)).toBeCloseTo(Math.tan(Math.PI * 0.475), 9);
    expect(studentTQuantile(0.975, 1e7)).toBeCloseTo(1.95996, 4);
  });

  test('of a list lie between its ends and hit its members', () => {
    expect(quantile([1, 2, 4], 0.5)).toBe(2);
    expect(quantile([1, 2, 4], 0.75)).toBe(3);
    expect(quantile([7], 0.3)).toBe(7);
  });
});

describe('the bootstrap', () => {
  const values = Float64Array.from({ length: 60 }, (_, i) => keyed(2, i).normal() ** 2);
  const mean = (indices: Uint32Array) => indices.reduce((sum, index) => sum + (values[index] ?? 0), 0) / indices.length;

  test('gives the same interval for the same seed, and nearly the same for another', () => {
    const first = bootstrap(60, mean, { seed: 1 });
    expect(bootstrap(60, mean, { seed: 1 })).toEqual(first);
    const second = bootstrap(60, mean, { seed: 2 });
    expect(second.low).not.toBe(first.low);
    expect(Math.abs(second.low - first.low)).toBeLessThan(0.1 * (first.high - first.low));
    expect(first.low).toBeLessThan(first.estimate);
    expect(first.high).toBeGreaterThan(first.estimate);
  });

  test('of normal means is near the t-interval, by either method', () => {
    const normals = Array.from({ length: 100 }, (_, i) => keyed(9, i).normal());
    const { interval } = overSeeds(normals);
    const meanOf = (indices: Uint32Array) => indices.reduce((sum, i) => sum + (normals[i] ?? 0), 0) / indices.length;
    for (const method of ['percentile', 'bca'] as const) {
      const { low, high } = bootstrap(100, meanOf, { seed: 3, method });
      expect(Math.abs(low - (interval?.low ?? Number.NaN))).toBeLessThan(0.05);
      expect(Math.abs(high - (interval?.high ?? Number.NaN))).toBeLessThan(0.05);
    }
  });

  test('of skewed data is moved by BCa towards the long tail', () => {
    const plain = bootstrap(60, mean, { seed: 4, method: 'percentile' });
    const corrected = bootstrap(60, mean, { seed: 4, method: 'bca' });
    expect(corrected.low).toBeGreaterThan(plain.low);
    expect(corrected.high).toBeGreaterThan(plain.high);
  });

  test('of a model paired with itself is zero, and of a pair knows that they see the same examples', () => {
    const hard = Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 1 : 0));
    expect(pairedBootstrap(hard, hard, { seed: 1 })).toEqual({ estimate: 0, low: 0, high: 0 });
    const better = hard.map((value, i) => (i % 20 === 1 ? 1 : value));
    const { estimate, low } = pairedBootstrap(better, hard, { seed: 1 });
    expect(estimate).toBeCloseTo(0.05, 12);
    // Unpaired, two shares of 80 would differ by ±0.15 by chance.
    expect(low).toBeGreaterThan(0);
    expect(() => pairedBootstrap([1], [1, 0], { seed: 1 })).toThrow(/are no pairs/);
    // The general bootstrap of the same mean, which leaves every example out by hand.
    const { low: general } = bootstrap(
      80,
      (at) => at.reduce((sum, i) => sum + (better[i] ?? 0) - (hard[i] ?? 0), 0) / at.length,
      { seed: 1 },
    );
    expect(low).toBeCloseTo(general, 12);
  });
});

describe('over seeds', () => {
  test('the interval of three runs is that of Student’s table', () => {
    // t(0.975, 2) = 4.303; sd of 1, 2, 3 is 1.
    const { n, mean, sd, interval } = overSeeds([1, 2, 3]);
    expect([n, mean, sd]).toEqual([3, 2, 1]);
    expect(interval?.high).toBeCloseTo(2 + 4.3027 / Math.sqrt(3), 4);
  });

  test('fewer than three runs have no interval, one has no deviation, none is an error', () => {
    expect(overSeeds([0.5])).toEqual({ n: 1, mean: 0.5, sd: null, interval: null });
    expect(overSeeds([0.5, 0.7])).toMatchObject({ n: 2, interval: null });
    expect(() => overSeeds([])).toThrow(/no run/);
    expect(() => overSeeds([1, Number.NaN])).toThrow('Run 1 has the score NaN.');
  });
});
