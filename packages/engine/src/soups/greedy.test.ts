import { hash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../checkpoints/safetensors.js';
import { averageOf } from './average.fixture.js';
import { type Candidate, findSoup, type Ingredient, type Selection } from './index.js';
import { collect, cooked, f32, kitchenOf, openPantry, type Pantry, randomModel, sharesIn } from './pantry.fixture.js';
import { untimed } from './trace.js';

const signal = new AbortController().signal;
let pantry: Pantry;
beforeAll(async () => {
  pantry = await openPantry();
});
afterAll(async () => pantry[Symbol.asyncDispose]());

describe('the greedy soup', () => {
  /** A world in which a soup's score is a function of its one weight. */
  async function greedy(weights: readonly number[], scoreOf: (weight: number) => number, accept: '>=' | '>') {
    const ingredients: Ingredient[] = [];
    for (const weight of weights) ingredients.push(await pantry.ingredient({ w: f32(weight) }));
    const seen: number[] = [];
    const selection: Selection = {
      scores: weights.map(scoreOf),
      async score({ tensors }: Candidate) {
        const weight = Number(tensors.get('w')?.data[0]);
        seen.push(weight);
        return scoreOf(weight);
      },
    };
    const soup = await findSoup('greedy', { method: 'greedy', accept }, { ...kitchenOf(ingredients), selection });
    const { tensors } = decodeSafetensors((await cooked(soup.mixture, ingredients)).file);
    return { ...soup, coefficients: sharesIn(soup), seen, weight: Number(tensors.get('w')?.data[0]) };
  }
  /** Best at 0, worse with distance. */
  const nearZero = (weight: number) => Math.max(0, 1 - Math.abs(weight));

  test('a story: best first, a helpful one in, a harmful one out, the mean of those that stayed', async () => {
    const soup = await greedy([0.5, 0.25, -0.375], nearZero, '>=');
    expect(soup.trace.map(untimed)).toEqual([
      { round: 0, index: 1, score: 0.75, best: 0.75, accepted: true, members: 1 },
      { round: 1, index: 2, score: 0.9375, best: 0.75, accepted: true, members: 2 },
      { round: 2, index: 0, score: 0.875, best: 0.9375, accepted: false, members: 2 },
    ]);
    expect(soup.coefficients).toEqual([
      { index: 1, coefficient: 0.5 },
      { index: 2, coefficient: 0.5 },
    ]);
    expect(soup.weight).toBe(-0.0625);
    expect(soup.rule).toBe('>=');
  });

  test('on a tie the paper goes on and its code stops', async () => {
    const flat = () => 0.5;
    expect((await greedy([1, 2, 3], flat, '>=')).coefficients).toHaveLength(3);
    const strict = await greedy([1, 2, 3], flat, '>');
    expect(strict.coefficients).toEqual([{ index: 0, coefficient: 1 }]);
    expect(strict.weight).toBe(1);
  });

  test('equal ingredients are tried as the plan lists them', async () => {
    const { trace } = await greedy([0.5, -0.25, 0.25, -0.5], nearZero, '>');
    expect(trace.map(({ index }) => index)).toEqual([1, 2, 0, 3]);
  });

  test('invariants of science §7.2: never worse than the best ingredient, scores never fall, k−1 evaluations', async () => {
    const score = (weight: number) => Math.floor(20 * (0.5 + 0.5 * Math.sin(5 * weight))) / 20;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('>=' as const, '>' as const),
        async (weights, accept) => {
          const soup = await greedy(weights, score, accept);
          const accepted = soup.trace.filter((trial) => trial.accepted).map((trial) => trial.score);
          expect(soup.seen).toHaveLength(weights.length - 1);
          expect(accepted[0]).toBe(Math.max(...weights.map(score)));
          expect([...accepted].sort((a, b) => a - b)).toEqual(accepted);
          // The checkpoint that is written scores what the trace says it does.
          expect(score(soup.weight)).toBe(accepted[accepted.length - 1]);
          expect(soup.coefficients.reduce((sum, { coefficient }) => sum + coefficient, 0)).toBeCloseTo(1, 12);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('candidates by running sums are the files that averaging from scratch writes', async () => {
    const ingredients: Ingredient[] = [];
    for (let seed = 0; seed < 5; seed++) ingredients.push(await pantry.ingredient(randomModel(seed)));
    const candidates: string[] = [];
    const selection: Selection = {
      scores: [0.1, 0.5, 0.3, 0.2, 0.4],
      async score({ tensors, metadata }) {
        candidates.push(hash('sha256', encodeSafetensors(tensors, metadata)));
        return 1;
      },
    };
    await findSoup('greedy', { method: 'greedy', accept: '>=' }, { ...kitchenOf(ingredients), selection });
    for (const [place, members] of [
      [1, 4],
      [1, 4, 2],
      [1, 4, 2, 3],
      [1, 4, 2, 3, 0],
    ].entries()) {
      const bytes = await collect(averageOf(ingredients, [...members].reverse(), { signal }));
      expect(candidates[place]).toBe(hash('sha256', bytes));
    }
  });

  test('without a score for every ingredient it is refused', async () => {
    const kitchen = kitchenOf([await pantry.ingredient({ a: f32(1) })]);
    await expect(findSoup('greedy', { method: 'greedy', accept: '>=' }, kitchen)).rejects.toThrow(
      /needs the selection score/,
    );
  });
});
