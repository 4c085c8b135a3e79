import { readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { f32, i64, randomModel } from '../pantry.fixture.js';
import { writeSoup } from './index.js';
import { soupKitchen } from './soup-folder.fixture.js';

const place = soupKitchen();
const { model, output } = place;

describe('nothing is written, and nothing left behind, when', () => {
  const refusals: [string, () => Promise<object>, RegExp][] = [
    [
      'an ingredient is missing',
      async () => ({ ingredients: [await model({ a: f32(1) }), place.path('nowhere')] }),
      /nowhere \d+: there is nothing there/,
    ],
    [
      'an ingredient is cut short',
      async () => {
        const path = await model(randomModel(1));
        await truncate(path, 400);
        return { ingredients: [await model(randomModel(1)), path] };
      },
      /the file is truncated/,
    ],
    [
      'a number is not finite',
      async () => ({ ingredients: [await model({ a: f32(1) }), await model({ a: f32(Number.NaN) })] }),
      /model \d+\.safetensors: tensor "a" holds NaN at element 0\./,
    ],
    [
      'a combination is larger than its type',
      async () => ({
        ingredients: [await model({ a: f32(3e38) })],
        method: 'weighted',
        parameters: { weights: [2], asGiven: true },
      }),
      /Element 0 of tensor "a" becomes a number that f32 cannot hold/,
    ],
    [
      'integers differ',
      async () => ({ ingredients: [await model({ n: i64(1n, 2n) }), await model({ n: i64(1n, 3n) })] }),
      /Tensor "n" holds integers.*differ.*at element 1/,
    ],
    [
      'a pattern means no tensor',
      async () => ({
        ingredients: [await model({ a: f32(1) }), await model({ a: f32(2) })],
        method: 'weighted',
        parameters: { weights: [1, 1], layers: [{ tensors: 'block.*', shares: [1, 0] }] },
      }),
      /The pattern 'block\.\*' means no tensor of these models/,
    ],
    [
      'shapes differ',
      async () => ({ ingredients: [await model({ a: f32(1, 2) }), await model({ a: f32(1) })] }),
      /tensor "a" has shape \[1\] instead of \[2\]/,
    ],
    [
      'the stock is another model',
      async () => ({ ingredients: [await model({ a: f32(1) })], base: await model({ b: f32(1) }), method: 'wise-ft' }),
      /it is no stock of .*tensor "a" is missing/,
    ],
    [
      'there is no stock',
      async () => ({ ingredients: [await model({ a: f32(1) })], method: 'wise-ft' }),
      /needs the stock/,
    ],
    [
      'the method is unknown',
      async () => ({ ingredients: [await model({ a: f32(1) })], method: 'stew' }),
      /no method of mixing called 'stew'/,
    ],
    [
      'weights add up to nothing',
      async () => ({
        ingredients: [await model({ a: f32(1) }), await model({ a: f32(2) })],
        method: 'weighted',
        parameters: { weights: [1, -1] },
      }),
      /add up to 0/,
    ],
  ];
  test.each(refusals)('%s', async (_, order, message) => {
    const target = place.path('place');
    const wanted = { method: 'uniform', ingredients: [], output: join(target, 'soup.safetensors'), ...(await order()) };
    for (const workforce of [undefined, place.threads]) {
      await expect(writeSoup(wanted, workforce === undefined ? {} : { workforce })).rejects.toThrow(message);
    }
    expect(await readdir(target).catch(() => [])).toEqual([]);
  });

  test('it is told to stop', async () => {
    const path = output();
    const signal = AbortSignal.abort();
    const order = { method: 'uniform', ingredients: [await model(randomModel(1))], output: path };
    await expect(writeSoup(order, { signal })).rejects.toThrow('The soup was cancelled.');
    await expect(writeSoup(order, { signal, workforce: place.threads })).rejects.toThrow('The soup was cancelled.');
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });
});
