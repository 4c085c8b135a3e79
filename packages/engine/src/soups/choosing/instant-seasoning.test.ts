import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Candidate } from '../method.js';
import { f32, openPantry, type Pantry } from '../pantry.fixture.js';
import { Pool } from '../pool.js';
import { drawShares, seasonInstantly } from './instant-seasoning.js';
import { WeightMixer } from './weight-mixer.js';

let pantry: Pantry;
beforeAll(async () => {
  pantry = await openPantry();
});
afterAll(async () => pantry[Symbol.asyncDispose]());

const weightOf = ({ tensors }: Candidate) => Number(tensors.get('w')?.data[0]);

describe('instant seasoning', () => {
  test('draws from the simplex, each draw a function of its number alone, evenly over the ingredients', () => {
    const draws = Array.from({ length: 3000 }, (_, draw) => drawShares(3, draw, { seed: 5 }));
    for (const shares of draws) {
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...shares)).toBeGreaterThan(0);
    }
    // Of Dirichlet(1, 1, 1) a share has the mean 1/3 and the variance 1/18; four standard errors.
    for (const index of [0, 1, 2]) {
      const mean = draws.reduce((sum, shares) => sum + (shares[index] ?? 0), 0) / draws.length;
      const variance = draws.reduce((sum, shares) => sum + ((shares[index] ?? 0) - mean) ** 2, 0) / draws.length;
      expect(Math.abs(mean - 1 / 3)).toBeLessThan(4 * Math.sqrt(1 / 18 / draws.length));
      expect(Math.abs(variance - 1 / 18)).toBeLessThan(0.004);
    }
    expect(drawShares(3, 7, { seed: 5 })).toEqual(draws[7]);
    expect(drawShares(3, 7, { seed: 6 })).not.toEqual(draws[7]);
  });

  test('keeps the first of the best mixtures, and more draws never score less', async () => {
    const ingredients = [await pantry.ingredient({ w: f32(0) }), await pantry.ingredient({ w: f32(1) })];
    await using pool = await Pool.open(ingredients);
    const mixer = new WeightMixer(pool);
    const seen: number[] = [];
    const score = async (candidate: Candidate) => {
      seen.push(weightOf(candidate));
      return Math.round(4 * (1 - Math.abs(weightOf(candidate) - 0.3))) / 4;
    };
    const few = await seasonInstantly(mixer, score, { draws: 5, seed: 2 });
    expect(few.score).toBe(Math.max(...few.scores));
    expect(few.draw).toBe(few.scores.indexOf(few.score));
    expect(seen).toEqual(few.scores.map((_, draw) => Math.fround(drawShares(2, draw, { seed: 2 })[1] ?? 0)));
    const more = await seasonInstantly(mixer, score, { draws: 30, seed: 2 });
    expect(more.scores.slice(0, 5)).toEqual(few.scores);
    expect(more.score).toBeGreaterThanOrEqual(few.score);
  });

  test('refuses no draws, scores that are no numbers, and stops when told to', async () => {
    await using pool = await Pool.open([await pantry.ingredient({ w: f32(0) })]);
    const mixer = new WeightMixer(pool);
    await expect(seasonInstantly(mixer, async () => 1, { draws: 0, seed: 1 })).rejects.toThrow('No mixture');
    await expect(seasonInstantly(mixer, async () => Number.NaN, { draws: 1, seed: 1 })).rejects.toThrow(/Draw 0/);
    const stopped = { signal: AbortSignal.abort() };
    await expect(seasonInstantly(mixer, async () => 1, { draws: 1, seed: 1 }, stopped)).rejects.toThrow('cancelled');
  });
});
