import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../checkpoints/safetensors.js';
import { averageOf } from './average.fixture.js';
import type { Ingredient } from './index.js';
import { collect, cooked, f32, i64, openPantry, type Pantry, randomModel } from './pantry.fixture.js';

const signal = new AbortController().signal;
let pantry: Pantry;
beforeAll(async () => {
  pantry = await openPantry();
});
afterAll(async () => pantry[Symbol.asyncDispose]());

async function uniform(ingredients: readonly Ingredient[]): Promise<Buffer> {
  const members = ingredients.map((_, index) => index);
  return (await cooked({ method: 'uniform', parameters: {}, members }, ingredients)).file;
}

describe('the uniform soup', () => {
  test('is the mean of every element, of the same names, shapes and dtypes', async () => {
    const soup = decodeSafetensors(
      await uniform([
        await pantry.ingredient({ a: f32(1, 2), n: i64(7n) }),
        await pantry.ingredient({ a: f32(2, 4), n: i64(7n) }),
      ]),
    );
    expect(soup.tensors.get('a')).toEqual(f32(1.5, 3));
    expect(soup.tensors.get('n')).toEqual(i64(7n));
  });

  test('of one model, or of any number of copies of it, is that file bit for bit', async () => {
    const model = await pantry.ingredient(randomModel(1), { 'stockpot.architecture': '{}', note: 'x' });
    const original = await collect(averageOf([model], [0], { signal }));
    expect(
      original.equals(
        Buffer.from(
          encodeSafetensors(new Map(Object.entries(randomModel(1))), { 'stockpot.architecture': '{}', note: 'x' }),
        ),
      ),
    ).toBe(true);
    for (const copies of [2, 3, 7, 10]) {
      expect((await uniform(Array(copies).fill(model))).equals(original)).toBe(true);
    }
  });

  test('is the same bytes in every order of the ingredients, and in chunks of any size', async () => {
    const models = [];
    for (let seed = 0; seed < 5; seed++) models.push(await pantry.ingredient(randomModel(seed)));
    const expected = (await uniform(models)).toString('hex');
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(models, { minLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        async (shuffled, chunkElements) => {
          const bytes = await collect(averageOf(shuffled, [0, 1, 2, 3, 4], { signal, chunkElements }));
          expect(bytes.toString('hex')).toBe(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('keeps the metadata on which all ingredients agree, and no other', async () => {
    const a = await pantry.ingredient({ a: f32(1) }, { format: 'pt', seed: '1' });
    const b = await pantry.ingredient({ a: f32(3) }, { format: 'pt', seed: '2' });
    expect(decodeSafetensors(await uniform([a, b])).metadata).toEqual(new Map([['format', 'pt']]));
  });

  test('a learning-rate disaster is refused by the names of model, tensor and element', async () => {
    const good = await pantry.ingredient({ head: f32(1, 2, 3) });
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const diverged = await pantry.ingredient({ head: f32(1, 2, bad) });
      await expect(uniform([good, diverged])).rejects.toThrow(
        `${diverged.name}: tensor "head" holds ${bad} at element 2.`,
      );
      await expect(uniform([diverged])).rejects.toThrow(/holds/);
    }
  });

  test('integers that differ are refused, and named', async () => {
    const pair = [await pantry.ingredient({ steps: i64(1n, 2n) }), await pantry.ingredient({ steps: i64(1n, 3n) })];
    await expect(uniform(pair)).rejects.toThrow(/Tensor "steps" holds integers.*at element 1/);
  });

  test('shapes, dtypes and names that do not fit are refused before a byte is written', async () => {
    const first = await pantry.ingredient({ a: f32(1, 2) });
    for (const [other, message] of [
      [{ a: f32(1) }, /tensor "a" has shape \[1\] instead of \[2\]/],
      [{ a: i64(1n, 2n) }, /tensor "a" is i64 instead of f32/],
      [{ b: f32(1, 2) }, /tensor "a" is missing; tensor "b" is not expected/],
    ] as const) {
      await expect(uniform([first, await pantry.ingredient(other)])).rejects.toThrow(message);
    }
  });

  test('models that see their inputs differently, or come from different stocks or heads, are refused', async () => {
    for (const [key, one, other, message] of [
      [
        'stockpot.preprocessing',
        '{"mean":[0.5]}',
        '{"mean":[0.13]}',
        'it sees its inputs differently: mean is [0.13] instead of [0.5].',
      ],
      ['stockpot.stock', 'aaaa', 'bbbb', 'it was trained from another stock: bbbb instead of aaaa.'],
      ['stockpot.head', 'cccc', 'dddd', 'its head began from other values: dddd instead of cccc.'],
    ] as const) {
      const pair = [
        await pantry.ingredient({ a: f32(1) }, { [key]: one }),
        await pantry.ingredient({ a: f32(1) }, { [key]: other }),
      ];
      await expect(uniform(pair)).rejects.toThrow(message);
    }
  });

  test('stops when it is told to', async () => {
    const stopped = AbortSignal.abort();
    const model = await pantry.ingredient({ a: f32(1) });
    await expect(collect(averageOf([model], [0], { signal: stopped }))).rejects.toThrow('The soup was cancelled.');
  });
});
