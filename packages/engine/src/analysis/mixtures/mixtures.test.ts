import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSafetensors } from '../../checkpoints/safetensors.js';
import { testImagesOf } from '../../data/test-images.js';
import { type Tensor, tensorOf } from '../../graph/tensor.js';
import { initialise } from '../../models/initialise.js';
import { modelMetadata } from '../../models/metadata.js';
import { visionModel } from '../../models/vision-model.js';
import { vitMiniature } from '../../models/vit/miniature.fixture.js';
import { averageOf } from '../../soups/average.fixture.js';
import type { Ingredient } from '../../soups/method.js';
import { collect, f32, i64, openPantry, type Pantry, randomModel } from '../../soups/pantry.fixture.js';
import { barrierMatrix, measurePath, openSubject, soupVersusEnsemble } from '../index.js';
import type { Examination } from './classifier-answers.js';
import { remember } from './remember.js';
import { equalShares, mixtureKey, only } from './shares.js';
import { WeightPool } from './weight-pool.js';

const signal = new AbortController().signal;
let pantry: Pantry;
beforeAll(async () => {
  pantry = await openPantry();
});
afterAll(async () => pantry[Symbol.asyncDispose]());

describe('shares', () => {
  test('that make the same mixture have one key', () => {
    expect(mixtureKey([10, 0])).toBe(mixtureKey(only(0, 2)));
    expect(mixtureKey([5, 5, 0])).toBe(mixtureKey(equalShares([1, 0], 3)));
    expect(mixtureKey([2, 1])).not.toBe(mixtureKey([1, 2]));
    expect(mixtureKey([0.5, 0.25])).not.toBe(mixtureKey([0.5, 0.5]));
  });

  test('are measured once, and again when measuring failed', async () => {
    let calls = 0;
    const remembered = remember(async () => {
      calls++;
      if (calls === 1) throw new Error('no memory');
      return calls;
    });
    await expect(remembered.of([1, 1])).rejects.toThrow('no memory');
    expect(await remembered.of([2, 2])).toBe(2);
    expect(await remembered.of([1, 1])).toBe(2);
    expect([remembered.measured, remembered.hits]).toEqual([1, 1]);
  });
});

describe('mixtures of files', () => {
  test('one alone comes out bit for bit, equal ones do, and equal shares are the soup that is written', async () => {
    const models = [0, 1, 2].map((seed) => randomModel(seed));
    const ingredients = [];
    for (const model of models) ingredients.push(await pantry.ingredient(model, { kind: 'test' }));
    await using pool = await WeightPool.open(ingredients);
    for (const [index, model] of models.entries()) {
      const { tensors, metadata } = await pool.mix(only(index, 3));
      for (const [name, tensor] of Object.entries(model)) expect(tensors.get(name)).toEqual(tensor);
      expect(metadata.get('kind')).toBe('test');
    }
    const soup = decodeSafetensors(await collect(averageOf(ingredients, [0, 2], { signal })));
    const { tensors } = await pool.mix(equalShares([0, 2], 3));
    for (const [name, tensor] of soup.tensors) expect(tensors.get(name)).toEqual(tensor);

    const twin = ingredients[0];
    if (twin === undefined) throw new Error('no ingredient');
    await using twins = await WeightPool.open([twin, twin, twin]);
    const same = await twins.mix([1, 7, 13]);
    for (const [name, tensor] of Object.entries(models[0] ?? {})) {
      expect(same.tensors.get(name)).toEqual(tensor);
    }
  });

  test('do not read what has no share, and refuse what is no number or differs by the name of tensor and ingredient', async () => {
    const good = await pantry.ingredient({ w: f32(1, 2), n: i64(3n) });
    const bad = await pantry.ingredient({ w: f32(1, Number.POSITIVE_INFINITY), n: i64(4n) });
    await using pool = await WeightPool.open([good, bad]);
    expect((await pool.mix([2, 0])).tensors.get('w')).toEqual(f32(1, 2));
    await expect(pool.mix([0, 1])).rejects.toThrow(`${bad.name}: tensor "w" holds Infinity at element 1.`);
    const other = await pantry.ingredient({ w: f32(1, 2), n: i64(4n) });
    await using counters = await WeightPool.open([good, other]);
    await expect(counters.mix([1, 1])).rejects.toThrow(/"n" holds integers, which are not averaged, and they differ/);
    await expect(pool.mix([1, -1])).rejects.toThrow(/make no mixture/);
    await expect(WeightPool.open([])).rejects.toThrow(/no ingredients/);
    await expect(WeightPool.open([good, await pantry.ingredient({ w: f32(1) })])).rejects.toThrow();
  });
});

describe('a pool of small vision transformers', () => {
  const architecture = vitMiniature();
  const model = visionModel(architecture);
  const metadata = modelMetadata(
    { architecture, preprocessing: { mean: [0.5], std: [0.5] } },
    { stock: 's', head: 'h' },
  );
  const labels = Uint8Array.from({ length: 12 }, (_, i) => i % 3);
  const bytes = Uint8Array.from({ length: 12 * 64 }, (_, i) => 127 + 127 * Math.sin(i * i));
  const examination: Examination = {
    images: (plan) => testImagesOf(bytes, [1, 8, 8], plan),
    labels,
    batch: 4,
    threads: 1,
    signal,
  };
  const ingredient = async (seed: number) => {
    const values = initialise([...model.parameters, ...model.head(3)], seed);
    const tensors = [...values].map(([name, { shape, data }]): [string, Tensor] => [
      name,
      tensorOf(
        'f32',
        shape,
        data.map((value) => value * 3),
      ),
    ]);
    return await pantry.ingredient(Object.fromEntries(tensors), metadata);
  };

  const examined = { source: 'made up', role: null, n: 12, rows: 12, classes: 3, hash: 'h' };
  const subjectOf = (...ingredients: readonly Ingredient[]) => openSubject({ ingredients, examination, examined });

  test('its barriers are measured on files by the engine’s classifier, each mixture once', async () => {
    const [a, b] = [await ingredient(1), await ingredient(2)];
    await using subject = await subjectOf(a, b, a);
    const { loss, paths } = await barrierMatrix(subject.score, 3);
    expect(subject.evaluations()).toEqual({ measured: 3 + 3 * 9, known: 0 });
    // The first and the third are one model: no barrier between them, and the same one to the second.
    expect(loss[0]?.[2]).toBe(0);
    expect(loss[1]?.[2]).toBe(loss[0]?.[1]);
    expect(paths[0]?.points[3]?.loss).not.toBe(paths[0]?.points[4]?.loss);
    await using other = await subjectOf(a, b, a);
    const back = await measurePath(other.score, { first: 1, second: 0, count: 3 });
    expect(back.loss.height).toBe(paths[0]?.loss.height);
    expect(back.error.height).toBe(paths[0]?.error.height);
  });

  test('its soup is compared with its ensemble; of a model with itself every term is 0', async () => {
    const [a, b] = [await ingredient(1), await ingredient(2)];
    await using subject = await subjectOf(a, b);
    const found = await soupVersusEnsemble((alpha) => subject.answers([1 - alpha, alpha]), { scale: 1 });
    expect(found.variance).toBeGreaterThan(0);
    expect(found.difference).toBeCloseTo(found.soupLoss - found.ensembleLoss, 14);
    await using twins = await subjectOf(a, a);
    const self = await soupVersusEnsemble((alpha) => twins.answers([1 - alpha, alpha]), { scale: 1 });
    expect(self).toMatchObject({ difference: 0, variance: 0, curvature: 0, approximation: 0 });
  });

  test('an analysis that somebody stopped stops', async () => {
    const stopped = { ...examination, signal: AbortSignal.abort() };
    const ingredients = [await ingredient(1), await ingredient(2)];
    await using subject = await openSubject({ ingredients, examination: stopped, examined });
    await expect(measurePath(subject.score, { first: 0, second: 1, count: 2 })).rejects.toThrow(/cancelled/);
  });
});
