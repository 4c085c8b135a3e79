import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tensor } from '../../graph/tensor.js';
import { imageArchitectureSchema } from '../../models/architecture.js';
import { initialise } from '../../models/initialise.js';
import { visionModel } from '../../models/vision-model.js';
import { keyed } from '../../random/index.js';
import type { Candidate } from '../method.js';
import { f32, openPantry, type Pantry } from '../pantry.fixture.js';
import { shownImages } from '../shown/images.js';
import { drawShares, seasonInstantly } from './instant-seasoning.js';
import { knnScore, type LabelledPlaces } from './knn-score.js';
import { WeightMixer } from './weight-mixer.js';

const architecture = imageArchitectureSchema.parse({
  ...{ family: 'vit', image: 8, channels: 1, patch: 4, dim: 8, depth: 1, heads: 2, mlp: 16 },
});
const model = visionModel(architecture);

/** Noise that is a little brighter in one of three rows: its class. */
const examples = shownImages(architecture, {
  count: 36,
  images: async (places) => Float32Array.from(places.flatMap(pixels)),
});
function pixels(place: number): number[] {
  const random = keyed(place, 'noise');
  return Array.from({ length: 64 }, (_, at) => random.normal() + (Math.floor(at / 8) % 3 === place % 3 ? 1 : 0));
}

function part(first: number, count: number): LabelledPlaces {
  const places = Array.from({ length: count }, (_, at) => first + at);
  return { places, labels: places.map((place) => place % 3) };
}

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
    await using mixer = await WeightMixer.open(ingredients);
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

  test('scored by kNN on features: right for an image that votes for itself, and the score of the mixture that is kept', async () => {
    const table = model.parameters;
    const ingredients = [];
    for (const seed of [1, 2, 3]) {
      const tensors = [...initialise(table, seed)].map(([name, { shape, data }]): [string, Tensor] => [
        name,
        { dtype: 'f32', shape, data },
      ]);
      ingredients.push(await pantry.ingredient(Object.fromEntries(tensors)));
    }
    await using mixer = await WeightMixer.open(ingredients);
    const options = { batch: 16, threads: 1 };
    const [bank, queries] = [part(0, 24), part(24, 12)];
    const itself = knnScore(examples, { bank, queries: bank, k: 1 }, options);
    expect(await itself(await mixer.mix(() => [0.2, 0.3, 0.5]))).toBe(1);
    const score = knnScore(examples, { bank, queries, k: 5 }, options);
    const best = await seasonInstantly(mixer, score, { draws: 6, seed: 4 });
    expect(new Set(best.scores).size).toBeGreaterThan(1);
    expect(await score(await mixer.mix(() => best.shares))).toBe(best.score);
  });

  test('refuses no draws, scores that are no numbers, and stops when told to', async () => {
    await using mixer = await WeightMixer.open([await pantry.ingredient({ w: f32(0) })]);
    await expect(seasonInstantly(mixer, async () => 1, { draws: 0, seed: 1 })).rejects.toThrow('No mixture');
    await expect(seasonInstantly(mixer, async () => Number.NaN, { draws: 1, seed: 1 })).rejects.toThrow(/Draw 0/);
    const stopped = { signal: AbortSignal.abort() };
    await expect(seasonInstantly(mixer, async () => 1, { draws: 1, seed: 1 }, stopped)).rejects.toThrow('cancelled');
  });
});
