import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyed } from '../../random/index.js';
import { type BatchPlan, type TrainingBatch, trainingBatches } from '../batches.js';
import { type Dataset, openDataset } from '../dataset.js';
import { DataFileError } from '../errors.js';
import { tinyDataset, tinyParameters } from '../idx-files.fixture.js';
import { registerDataset } from '../register.js';
import { chunksOf } from '../test-images.js';
import { loadBatches } from './load-batches.js';
import { loadTestImages } from './load-test-images.js';
import { threadsThatPay } from './threads-that-pay.js';

const SIDE = 12;
let data: Awaited<ReturnType<typeof tinyDataset>>;
let dataset: Dataset;
let manifest: string;

beforeAll(async () => {
  const random = keyed(1, 'pixels');
  const part = (n: number) => ({
    images: Array.from({ length: n }, () => Uint8Array.from({ length: SIDE * SIDE }, () => random.integer(256))),
    labels: Array.from({ length: n }, (_, index) => index % 5),
  });
  data = await tinyDataset(SIDE, { train: part(40), test: part(2) });
  const splits = [{ name: 'train', role: 'train', from: 'train', count: null } as const];
  const registered = await registerDataset(tinyParameters(data.folder, splits), data.folder);
  manifest = join(data.folder, 'manifest.json');
  await writeFile(manifest, JSON.stringify(registered.manifest));
  dataset = await openDataset(manifest, { resolveSource: () => data.folder });
});
afterAll(async () => data[Symbol.asyncDispose]());

const PLAN: BatchPlan = {
  batch: 8,
  epochs: 2,
  seed: 5,
  augmentation: 'rand-m9-n2-mstd0.5-inc1',
  normalise: { mean: [0.25], std: [0.5] },
  erasing: { probability: 0.5, with: 'noise' },
  mixing: { mixup: 0.8, cutmix: 1 },
};
const VIEWS: BatchPlan = {
  ...{ batch: 8, epochs: 2, seed: 5, augmentation: 'none', normalise: PLAN.normalise },
  views: [
    { augmentation: 'moco-v3-first' },
    { augmentation: 'moco-v3-second' },
    { augmentation: 'lejepa-local', size: 8 },
  ],
};
const load = (threads: number, plan = PLAN) =>
  loadBatches({ plan, dataset, split: 'train', manifest, folder: data.folder, threads });

async function take(threads: number, plan: BatchPlan, from = 0): Promise<TrainingBatch[]> {
  await using batches = load(threads, plan);
  const taken = [];
  for (let step = from; step < batches.steps; step++) taken.push(await batches.batch(step));
  return taken;
}

describe('the loader of batches', () => {
  test.each([
    ['one view, erased and mixed', PLAN, [1, 2, 4]],
    ['three views', VIEWS, [2]],
  ] as const)('%s: the same bytes from any number of threads, and from the middle on', async (_, plan, counts) => {
    const expected = await take(0, plan);
    expect(expected).toHaveLength(10);
    for (const threads of counts) expect(await take(threads, plan)).toEqual(expected);
    expect(await take(1, plan, 7)).toEqual(expected.slice(7));
    expect(expected[0]?.views.map((view) => view.length)).toEqual(
      plan === PLAN ? [8 * SIDE * SIDE] : [8 * SIDE * SIDE, 8 * SIDE * SIDE, 8 * 64],
    );
  });

  test('knows the steps without a batch, and refuses one that is none', async () => {
    await using batches = load(1);
    expect(batches).toMatchObject({ stepsPerEpoch: 5, steps: 10, threads: 1 });
    await expect(batches.batch(10)).rejects.toThrow('Batch 10 was asked for of a run of 10 steps.');
    expect(() => load(1, { ...PLAN, batch: 41 })).toThrow("A batch of 41 was asked for of the split 'train'");
  });

  test('tells of a file that changed after the training began', async () => {
    const path = join(data.folder, 'manifest.json');
    await using batches = loadBatches({
      ...{ plan: PLAN, dataset, split: 'train', manifest: path, threads: 1 },
      folder: join(data.folder, 'gone'),
    });
    await expect(batches.batch(0)).rejects.toThrow(DataFileError);
  });

  test('pays for images that are decoded, and for large ones, not for digits', () => {
    const digits = { encoded: false, image: [1, 28, 28] } as const;
    const photographs = { encoded: true, image: [3, 28, 28] } as const;
    expect(threadsThatPay({}, digits)).toBe(0);
    expect(threadsThatPay({ image: [3, 224, 224] }, digits)).toBeGreaterThan(0);
    expect(
      threadsThatPay({ views: Array.from({ length: 16 }, () => ({ augmentation: 'mae' })) }, digits),
    ).toBeGreaterThan(0);
    expect(threadsThatPay({}, photographs)).toBeGreaterThan(0);
  });
});

describe('the loader of images for a test', () => {
  test('gives the same chunks from threads as without, in order, of the positions that were asked for', async () => {
    const plan = { image: [1, 10, 10] as const, normalise: PLAN.normalise, positions: [3, 39, 0, 7, 8], rows: 2 };
    const place = { split: 'train', manifest, folder: data.folder };
    const take = async (threads: number) => {
      await using images = loadTestImages({ plan, dataset, ...place, threads });
      const chunks = Array.from({ length: images.chunks }, (_, index) => images.chunk(index));
      return { n: images.n, chunks: await Promise.all(chunks) };
    };
    const expected = await take(0);
    expect(expected).toMatchObject({ n: 5 });
    expect(expected.chunks.map(({ length }) => length)).toEqual([200, 200, 100]);
    expect(await take(2)).toEqual(expected);
  });

  test('takes as many rows at once as memory allows, a thousand at most', () => {
    const rows = (side: number) => chunksOf(5000, { image: [3, side, side], normalise: PLAN.normalise }).rows;
    expect([28, 96, 224, 1024].map(rows)).toEqual([1000, 1000, 200, 100]);
  });
});

test('a batch of several views that is to be mixed is refused', () => {
  const split = dataset.split('train');
  expect(() => trainingBatches({ ...VIEWS, split, mixing: { mixup: 1, cutmix: 0 } })).toThrow('3 views');
});
