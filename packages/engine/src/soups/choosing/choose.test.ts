import { hash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../checkpoints/safetensors.js';
import { averageOf } from '../average.fixture.js';
import type { Candidate, Ingredient, Kitchen, Selection, Soup } from '../method.js';
import { collect, cooked, f32, kitchenOf, openPantry, type Pantry, randomModel, sharesIn } from '../pantry.fixture.js';
import { untimed } from '../trace.js';
import { greedier } from './greedier.js';
import { pruned } from './pruned.js';
import { WeightMixer } from './weight-mixer.js';

const signal = new AbortController().signal;
const digest = (bytes: Uint8Array) => hash('sha256', bytes);
let pantry: Pantry;
beforeAll(async () => {
  pantry = await openPantry();
});
afterAll(async () => pantry[Symbol.asyncDispose]());

describe('candidates', () => {
  test('are the files that averaging from scratch writes', async () => {
    const ingredients: Ingredient[] = [];
    for (let seed = 0; seed < 4; seed++) {
      const zeros = { zeros: f32(-0, seed === 2 ? 0 : -0, seed - 1) };
      ingredients.push(await pantry.ingredient({ ...randomModel(seed, 12), ...zeros }));
    }
    await using candidates = await WeightMixer.open(ingredients);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }), async (members) => {
        const { tensors, metadata } = await candidates.mean(members);
        const written = await collect(averageOf(ingredients, members, { signal }));
        expect(digest(encodeSafetensors(tensors, metadata))).toBe(digest(written));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a soup that is chosen', () => {
  /** Best at 1, worse with distance. */
  const nearOne = (weight: number) => Math.max(0, 1 - Math.abs(weight - 1) / 8);
  async function world(weights: readonly number[]) {
    const ingredients: Ingredient[] = [];
    for (const weight of weights) {
      const ingredient = await pantry.ingredient({ w: f32(weight) });
      ingredients.push({ ...ingredient, hash: String(weight) });
    }
    const seen: number[] = [];
    const selection: Selection = {
      scores: weights.map(nearOne),
      async score({ tensors }: Candidate) {
        const weight = Number(tensors.get('w')?.data[0]);
        seen.push(weight);
        return nearOne(weight);
      },
    };
    return { kitchen: { ...kitchenOf(ingredients), selection }, seen };
  }
  async function weightOf({ mixture }: Soup, { ingredients }: Kitchen): Promise<number> {
    return Number(decodeSafetensors((await cooked(mixture, ingredients)).file).tensors.get('w')?.data[0]);
  }

  test('greedier: the best partner first, though it is not the second best alone', async () => {
    const { kitchen, seen } = await world([2, 4, 0]);
    const soup = await greedier.cook({ method: 'greedier', accept: '>' }, kitchen);
    expect(seen).toEqual([1, 3, 2]);
    expect(sharesIn(soup)).toEqual([
      { index: 0, coefficient: 0.5 },
      { index: 2, coefficient: 0.5 },
    ]);
    expect(await weightOf(soup, kitchen)).toBe(1);
    expect(soup.trace.map(untimed)).toEqual([
      { round: 0, turn: 0, index: 0, score: 0.875, best: 0.875, accepted: true, members: 1 },
      { round: 1, turn: 1, index: 2, score: 1, best: 0.875, accepted: true, members: 2 },
      { round: 2, turn: 1, index: 1, score: 0.75, best: 0.875, accepted: false, members: 2 },
      { round: 3, turn: 2, index: 1, score: 0.875, best: 1, accepted: false, members: 2 },
    ]);
  });

  test('greedier with replacement: multiplicities are coefficients', async () => {
    const { kitchen } = await world([0, 1.5]);
    const soup = await greedier.cook({ method: 'greedier', accept: '>', replacement: true }, kitchen);
    expect(await weightOf(soup, kitchen)).toBe(1);
    expect(sharesIn(soup).map(({ coefficient }) => coefficient)).toEqual([1 / 3, 2 / 3]);
  });

  test('pruned: what spoils the soup goes, a twin costs no evaluation', async () => {
    const { kitchen, seen } = await world([0, 9, 2, 9]);
    const soup = await pruned.cook({ method: 'pruned', accept: '>=' }, kitchen);
    // All; without the last; without both that spoil it; then one try for each that is left.
    expect(seen).toEqual([5, Math.fround(11 / 3), 1]);
    expect(await weightOf(soup, kitchen)).toBe(1);
    expect(soup.trace.map(untimed)[0]).toEqual({
      ...{ round: 0, turn: 0, index: 3, score: nearOne(Math.fround(11 / 3)), best: 0.5 },
      ...{ accepted: true, members: 3, removed: true },
    });
    expect(sharesIn(soup).map(({ index }) => index)).toEqual([0, 2]);
  });

  test('needs the score of every ingredient', async () => {
    const { kitchen } = await world([1]);
    const without = { ...kitchen, selection: null };
    await expect(greedier.cook({ method: 'greedier', accept: '>' }, without)).rejects.toThrow(
      'A greedier soup of 1 ingredients needs the selection score of each, and has 0.',
    );
  });
});
