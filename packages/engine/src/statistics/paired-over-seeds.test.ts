import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overSeeds } from './over-seeds.js';
import { pairedOverSeeds } from './paired-over-seeds.js';

const { pairedT: oracle } = JSON.parse(
  readFileSync(new URL('fixtures/significance.json', import.meta.url), 'utf8'),
) as { pairedT: { differences: number[]; interval: [number, number]; p: number }[] };

describe('two methods over seeds that they share', () => {
  test('differ by what scipy.stats.ttest_rel says', () => {
    for (const { differences, interval, p } of oracle.filter(({ differences }) => differences.length >= 3)) {
      const found = pairedOverSeeds(differences);
      expect(found.n).toBe(differences.length);
      expect(found.interval?.low).toBeCloseTo(interval[0], 10);
      expect(found.interval?.high).toBeCloseTo(interval[1], 10);
      expect(found.p).toBeCloseTo(p, 10);
    }
  });

  test('the mean difference is the difference of means; what a seed does to both alike cancels', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    const runs = fc.array(fc.tuple(score, score, score), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(runs, (seeds) => {
        const [a, b] = [seeds.map(([one]) => one), seeds.map(([, other]) => other)];
        const plain = pairedOverSeeds(a.map((one, i) => one - (b[i] ?? 0)));
        expect(plain.difference).toBeCloseTo(overSeeds(a).mean - overSeeds(b).mean, 12);
        // A seed that lifts both by the same amount changes each mean and no difference.
        const lifted = pairedOverSeeds(seeds.map(([one, other, lift]) => one + lift - (other + lift)));
        expect(lifted.difference).toBeCloseTo(plain.difference, 12);
        expect(lifted.interval?.low).toBeCloseTo(plain.interval?.low ?? Number.NaN, 9);
      }),
    );
  });

  test('equal differences are equal whatever rounding makes of them: the sign test decides, and three seeds prove little', () => {
    const differences = [0.9 - 0.8, 0.5 - 0.4, 0.2 - 0.1];
    expect(new Set(differences).size).toBeGreaterThan(1);
    expect(pairedOverSeeds(differences).p).toBe(0.25);
    expect(pairedOverSeeds([-0.1, -0.1, -0.1]).p).toBe(0.25);
    expect(pairedOverSeeds([0, 0, 0]).p).toBe(1);
  });

  test('of two seeds there is a difference and no interval, of one no deviation', () => {
    expect(pairedOverSeeds([0.02, 0.04])).toMatchObject({ n: 2, difference: 0.03, interval: null, p: null });
    expect(pairedOverSeeds([0.02])).toEqual({ n: 1, difference: 0.02, sd: null, interval: null, p: null });
    expect(() => pairedOverSeeds([])).toThrow(RangeError);
  });
});
