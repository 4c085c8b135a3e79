import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../checkpoints/safetensors.js';
import { tensor } from '../../graph/tensor.js';
import { averageOf } from '../average.fixture.js';
import type { Ingredient } from '../method.js';
import { collect, cooked, f32, openPantry, type Pantry, randomModel, type Tensors } from '../pantry.fixture.js';
import { Pool } from '../pool.js';
import { softmax, uniformLogarithms } from './learn.js';
import { WeightMixer } from './weight-mixer.js';

const signal = new AbortController().signal;
const digest = (bytes: Uint8Array) => hash('sha256', bytes);
let pantry: Pantry;
beforeAll(async () => {
  pantry = await openPantry();
});
afterAll(async () => pantry[Symbol.asyncDispose]());

async function stocked(models: readonly Tensors[]): Promise<Ingredient[]> {
  const ingredients: Ingredient[] = [];
  for (const model of models) ingredients.push(await pantry.ingredient(model));
  return ingredients;
}

describe('mixing by shares', () => {
  test('at the start is the uniform soup, bit for bit, in every dtype', async () => {
    const ingredients = await stocked([0, 1, 2].map((seed) => randomModel(seed)));
    await using mixer = await WeightMixer.open(ingredients);
    for (const byTensor of [false, true]) {
      const start = uniformLogarithms(mixer, byTensor);
      const shares = (name: string) => softmax(start.get(name) ?? start.get('') ?? [0, 0, 0]);
      const soup = await mixer.mix(shares);
      const average = await collect(averageOf(ingredients, [0, 1, 2], { signal }));
      expect(digest(encodeSafetensors(soup.tensors, soup.metadata))).toBe(digest(average));
    }
  });

  test('with everything on one ingredient is that ingredient, bit for bit', async () => {
    const ingredients = await stocked([0, 1, 2].map((seed) => randomModel(seed)));
    await using mixer = await WeightMixer.open(ingredients);
    for (const only of [0, 1, 2]) {
      const shares = softmax([0, 0, 0].with(only, 900));
      expect(shares.filter((share) => share > 0)).toEqual([1]);
      const soup = await mixer.mix(() => shares);
      const alone = await collect(averageOf(ingredients, [only], { signal }));
      expect(digest(encodeSafetensors(soup.tensors, soup.metadata))).toBe(digest(alone));
    }
  });

  test('in memory and as a file are the same numbers, chunk after chunk', async () => {
    const size = 2 ** 18 + 5;
    const large = (seed: number) => ({
      w: tensor(
        'f32',
        [size],
        Float32Array.from({ length: size }, (_, i) => Math.sin(seed + i)),
      ),
    });
    const ingredients = await stocked([1, 2].map(large));
    await using mixer = await WeightMixer.open(ingredients);
    const reads = vi.spyOn(Pool.prototype, 'read');
    const shares = () => [0.3, 0.7];
    const inMemory = (await mixer.mix(shares)).tensors.get('w')?.data;
    const mixture = { method: 'weighted', parameters: { weights: shares() }, members: [0, 1] };
    const file = decodeSafetensors((await cooked(mixture, ingredients)).file).tensors.get('w')?.data;
    expect(file).toEqual(inMemory);
    const products = await mixer.products('w', new Float32Array(size).fill(1));
    const sum = Array.from({ length: size }, (_, i) => Math.fround(Math.sin(1 + i))).reduce((total, x) => total + x, 0);
    expect(products[0]).toBeCloseTo(sum, 9);
    // Of no ingredient is there more in memory at a time.
    expect(Math.max(...reads.mock.calls.map(([, , , count]) => count))).toBe(2 ** 18);
    reads.mockRestore();
    expect(file?.[size - 1]).toBe(
      Math.fround(0.3 * Math.fround(Math.sin(size)) + 0.7 * Math.fround(Math.sin(size + 1))),
    );
  });

  test('refuses what is no number by the names of ingredient and tensor', async () => {
    const ingredients = await stocked([{ w: f32(1, 2) }, { w: f32(1, Number.NaN) }]);
    await using mixer = await WeightMixer.open(ingredients);
    await expect(mixer.mix(() => [0.5, 0.5])).rejects.toThrow(/tensor "w" holds NaN at element 1/);
  });
});
