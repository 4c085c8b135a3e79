import { readdir, readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, readSafetensors } from '../../checkpoints/safetensors.js';
import { writeCheckpoint } from '../../checkpoints/write-checkpoint.js';
import { keyed } from '../../random/index.js';
import { averageOf } from '../average.fixture.js';
import { collect, f32, randomModel } from '../pantry.fixture.js';
import { writeSoup } from './index.js';
import { soupKitchen, tensorsOf } from './soup-folder.fixture.js';

const place = soupKitchen();
const { model, output, cooked } = place;

describe('a soup of files', () => {
  test('is what the average in memory gives, bit for bit, in one thread and in several', async () => {
    const models: string[] = [];
    for (let seed = 0; seed < 5; seed++) models.push(await model(randomModel(seed, 3000)));
    const ingredients = models.map((path) => ({ name: path, path }));
    const { signal } = new AbortController();
    const average = place.path('average.safetensors');
    await writeFile(average, await collect(averageOf(ingredients, [0, 1, 2, 3, 4], { signal })));
    const expected = await tensorsOf(average);
    expect(await cooked('uniform', models)).toEqual(expected);
    const path = output();
    await writeSoup({ method: 'uniform', ingredients: models, output: path }, { workforce: place.threads });
    expect(await tensorsOf(path)).toEqual(expected);
  });

  test('of one model, or of any number of copies of it, is that model bit for bit', async () => {
    const path = await model(randomModel(3));
    const original = await tensorsOf(path);
    for (const copies of [1, 2, 3, 7]) {
      expect(await cooked('uniform', Array(copies).fill(path))).toEqual(original);
      expect(await cooked('ema', Array(copies).fill(path), { parameters: { decay: 0.7 } })).toEqual(original);
    }
  });

  test('does not depend on the order of its ingredients, whatever their weights', async () => {
    const models: string[] = [];
    for (let seed = 0; seed < 4; seed++) models.push(await model(randomModel(seed)));
    const weights = [0.3, 1.7, -0.4, 0.05];
    const expected = await cooked('weighted', models, { parameters: { weights } });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), async (order) => {
        const shuffled = order.map((index) => models[index] ?? '');
        const parameters = { weights: order.map((index) => weights[index] ?? 0) };
        expect(await cooked('weighted', shuffled, { parameters })).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  test('of soups of equal groups is the uniform soup, up to the rounding of the groups', async () => {
    const models: string[] = [];
    for (let seed = 0; seed < 4; seed++) models.push(await model({ a: f32(...numbers(seed, 200)) }));
    const groups = [output(), output()];
    await writeSoup({ method: 'uniform', ingredients: models.slice(0, 2), output: groups[0] ?? '' });
    await writeSoup({ method: 'uniform', ingredients: models.slice(2), output: groups[1] ?? '' });
    const path = output();
    const { effective } = await writeSoup({ method: 'uniform', ingredients: groups, output: path });
    const whole = output();
    const { effective: direct } = await writeSoup({ method: 'uniform', ingredients: models, output: whole });
    const [left, right] = [await readSafetensors(path), await readSafetensors(whole)];
    for (const [i, value] of [...(left.tensors.get('a')?.data ?? [])].entries()) {
      expect(Number(value)).toBeCloseTo(Number(right.tensors.get('a')?.data[i]), 6);
    }
    // The certificate of a soup of soups counts the models in them.
    expect(effective).toEqual(direct);
    expect(effective?.map(({ coefficient }) => coefficient)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  test('weighted equally is the uniform soup, and scaled weights are the same weights', async () => {
    const models: string[] = [];
    for (let seed = 0; seed < 3; seed++) models.push(await model(randomModel(seed)));
    const uniform = await cooked('uniform', models);
    for (const weight of [1, 0.1, 7]) {
      expect(await cooked('weighted', models, { parameters: { weights: Array(3).fill(weight) } })).toEqual(uniform);
    }
    const weights = [0.2, 0.5, 0.3];
    const scaled = weights.map((weight) => weight * 8);
    expect(await cooked('weighted', models, { parameters: { weights: scaled } })).toEqual(
      await cooked('weighted', models, { parameters: { weights } }),
    );
  });

  test('by WiSE-FT ends at the stock and at the fine-tuned model, bit for bit', async () => {
    const [base, tuned] = [await model(randomModel(1)), await model(randomModel(2))];
    const at = (alpha: number) => cooked('wise-ft', [tuned], { base, parameters: { alpha } });
    expect(await at(0)).toEqual(await tensorsOf(base));
    expect(await at(1)).toEqual(await tensorsOf(tuned));
    expect(await at(0.5)).toEqual(await cooked('uniform', [base, tuned]));
  });

  test('has coefficients by pattern, the first that fits', async () => {
    const pair = [
      await model({ 'a.0': f32(0), 'a.1': f32(0), b: f32(0) }),
      await model({ 'a.0': f32(8), 'a.1': f32(8), b: f32(8) }),
    ];
    const path = output();
    const layers = [
      { tensors: 'a.0', shares: [1, 3] },
      { tensors: 'a.*', shares: [3, 1] },
    ];
    const certificate = await writeSoup({
      method: 'weighted',
      ingredients: pair,
      output: path,
      parameters: { weights: [1, 1], layers },
    });
    const { tensors } = decodeSafetensors(await readFile(path));
    expect(['a.0', 'a.1', 'b'].map((name) => tensors.get(name)?.data[0])).toEqual([6, 2, 4]);
    expect(certificate.mixing).toBe('by tensor');
    expect(certificate.effective).toBeNull();
  });

  test('along a run is the weighted mean that each method says', async () => {
    const run: string[] = [];
    for (const value of [0, 8, 16, 24]) run.push(await model({ w: f32(value) }));
    const meanBy = async (method: string, parameters: object) => {
      const path = output();
      await writeSoup({ method, ingredients: run, output: path, parameters: { ...parameters } });
      return (await readSafetensors(path)).tensors.get('w')?.data[0];
    };
    expect(await meanBy('lawa', { last: 2 })).toBe(20);
    expect(await meanBy('swa', { start: 0.5 })).toBe(20);
    expect(await meanBy('swa', { start: 0.9 })).toBe(24);
    // By hand: 0, then 0.5·0 + 0.5·8 = 4, then 10, then 17.
    expect(await meanBy('ema', { decay: 0.5 })).toBe(17);
    // With warm-up the decays are 2/11, 3/12 and 4/13.
    const warm = [8, 16, 24].reduce((mean, value, step) => {
      const kept = (2 + step) / (11 + step);
      return kept * mean + (1 - kept) * value;
    }, 0);
    expect(await meanBy('ema', { decay: 0.999, warmup: true })).toBeCloseTo(warm, 5);
  });

  test('of checkpoints in shards, written in shards, is the same as of files', async () => {
    const models = [randomModel(1), randomModel(2)];
    const whole = [await model(models[0] ?? {}), await model(models[1] ?? {})];
    const sharded: string[] = [];
    for (const tensors of models) {
      const shards = place.path('sharded');
      const types = new Map(Object.entries(tensors));
      const bytesOf = async (name: string) => new Uint8Array(types.get(name)?.data.buffer ?? new ArrayBuffer());
      await writeCheckpoint(shards, { types, metadata: {}, bytesOf }, { maxShardBytes: 100 });
      sharded.push(shards);
    }
    const target = place.path('soup');
    const { ingredients } = await writeSoup(
      { method: 'uniform', ingredients: sharded, output: target },
      { maxShardBytes: 100 },
    );
    expect((await readdir(target)).filter((name) => name.startsWith('model-')).length).toBeGreaterThan(2);
    expect(ingredients[0]?.files.length).toBeGreaterThan(2);
    expect(await tensorsOf(target)).toEqual(await cooked('uniform', whole));
  });

  test('keeps tied weights tied, under a method that draws for each tensor by itself too', async () => {
    const tied = (seed: number) => {
      const table = { dtype: 'f32', shape: [64, 64], data: Float32Array.from(numbers(seed, 4096)) } as const;
      return { 'embedding.weight': table, 'head.weight': table };
    };
    const base = await model(tied(0));
    const pair = [await model(tied(1)), await model(tied(2))];
    const path = output();
    const order = { method: 'dare-linear', ingredients: pair, base, output: path, seed: 3 };
    expect((await writeSoup(order)).tied).toEqual({ 'head.weight': 'embedding.weight' });
    const { tensors } = await readSafetensors(path);
    expect(tensors.get('head.weight')?.data).toEqual(tensors.get('embedding.weight')?.data);
    expect(new Set(Array.from(tensors.get('head.weight')?.data ?? [], Number)).size).toBeGreaterThan(1000);
  });

  test('says that the statistics of batch normalisation are not those of the soup', async () => {
    const { notes } = await writeSoup({
      method: 'uniform',
      ingredients: [await model({ 'bn.running_mean': f32(1) })],
      output: output(),
    });
    expect(notes.join()).toMatch(/estimate them again on training data/);
  });
});

function numbers(seed: number, count: number): number[] {
  const random = keyed(seed, 'soups of files');
  return Array.from({ length: count }, () => random.normal());
}
