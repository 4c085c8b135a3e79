import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyed } from '../random/index.js';
import { affine } from './augmentation/affine.js';
import { shift } from './augmentation/shift.js';
import { trainingBatches } from './batches.js';
import { openDataset, type Split } from './dataset.js';
import { tinyDataset, tinyParameters } from './idx-files.fixture.js';
import { measurePreprocessing, normaliseImages } from './preprocessing.js';
import { registerDataset } from './register.js';
import { aboutCentre, warpAffine } from './warp.js';

const SIDE = 8;
const N = 25;
let data: Awaited<ReturnType<typeof tinyDataset>>;
let split: Split;

beforeAll(async () => {
  const random = keyed(1, 'pixels');
  const part = (n: number) => ({
    images: Array.from({ length: n }, () => Uint8Array.from({ length: SIDE * SIDE }, () => random.integer(256))),
    labels: Array.from({ length: n }, (_, index) => index % 5),
  });
  data = await tinyDataset(SIDE, { train: part(N), test: part(2) });
  const splits = [{ name: 'train', role: 'train', from: 'train', count: null } as const];
  const { manifest } = await registerDataset(tinyParameters(data.folder, splits), data.folder);
  await writeFile(join(data.folder, 'manifest.json'), JSON.stringify(manifest));
  split = (await openDataset(join(data.folder, 'manifest.json'), { resolveSource: () => data.folder })).split('train');
});
afterAll(async () => data[Symbol.asyncDispose]());

const normalise = { mean: [0.25], std: [0.5] };
const batches = (options: Partial<Parameters<typeof trainingBatches>[0]> = {}) =>
  trainingBatches({ split, batch: 6, epochs: 3, seed: 5, augmentation: 'none', normalise, ...options });

describe('training batches', () => {
  test('show every example at most once an epoch, in another order each epoch, without the incomplete batch', async () => {
    const all = batches();
    expect(all).toMatchObject({ stepsPerEpoch: 4, steps: 12 });
    const seen = await Promise.all(Array.from({ length: 12 }, (_, step) => all.batch(step)));
    const epochs = [0, 1, 2].map((epoch) =>
      seen.slice(epoch * 4, epoch * 4 + 4).flatMap(({ examples }) => [...examples]),
    );
    for (const examples of epochs) expect(new Set(examples).size).toBe(24);
    expect(new Set(epochs.map((examples) => examples.join())).size).toBe(3);
    await expect(all.batch(12)).rejects.toThrow(RangeError);
  });

  test.each(['none', 'shift', 'affine', 'flip', 'three-augment', 'rand-m9-n3-mstd0.5-inc1', 'lejepa-local'])(
    'with %s: a run that is resumed sees what an uninterrupted one sees',
    async (augmentation) => {
      const uninterrupted = batches({ augmentation });
      const seen = await Promise.all(Array.from({ length: 12 }, (_, step) => uninterrupted.batch(step)));
      const resumed = batches({ augmentation });
      for (const step of [7, 11, 0, 8, 7]) expect(await resumed.batch(step)).toEqual(seen[step]);
      expect((await batches({ augmentation, seed: 6 }).batch(0)).images).not.toEqual(seen[0]?.images);
    },
  );

  test('pair each image with its label and its position', async () => {
    const { images, labels, examples } = await batches().batch(2);
    expect([...labels]).toEqual([...split.labels(examples)]);
    expect(images).toEqual(normaliseImages(split.images(examples), split.image, normalise));
  });

  test('augment an example differently in every epoch, and two examples differently', async () => {
    const all = batches({ augmentation: 'affine', batch: 25 });
    const image = async (step: number, position: number) => {
      const { examples, images } = await all.batch(step);
      const at = examples.indexOf(position);
      return images.slice(at * 64, at * 64 + 64).join();
    };
    expect(new Set([await image(0, 3), await image(1, 3), await image(2, 3)]).size).toBe(3);
  });

  test.each([
    ['none', '1a5290c39f249472'],
    ['shift', '6012d8dfebac3ad9'],
    ['three-augment', 'd0f276b611e6a17b'],
    ['rand-m9-n2-mstd0.5-inc1', '6517065a2500a2ae'],
  ])('with %s are these bytes, on every machine and in every version', async (augmentation, expected) => {
    const { images, labels, examples } = await batches({ augmentation, batch: 25 }).batch(1);
    const bytes = [images, labels, examples].map(({ buffer }) => Buffer.from(buffer));
    expect(hash('sha256', Buffer.concat(bytes)).slice(0, 16)).toBe(expected);
  });

  test('larger than the split are refused', () => {
    expect(() => batches({ batch: 26 })).toThrow("A batch of 26 was asked for of the split 'train', which has 25");
  });
});

describe('preprocessing', () => {
  test('measures mean and deviation, and then gives images of mean 0 and deviation 1', () => {
    const measured = measurePreprocessing(split.images(), split.image);
    const pixels = normaliseImages(split.images(), split.image, measured);
    const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    const variance = pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length;
    expect(mean).toBeCloseTo(0, 6);
    expect(variance).toBeCloseTo(1, 6);
  });

  test('treats channels apart, and a constant one gently', () => {
    const images = Uint8Array.of(0, 255, 7, 7); // one image of two channels and two pixels
    expect(measurePreprocessing(images, [2, 1, 2])).toEqual({ mean: [0.5, 7 / 255], std: [0.5, 1] });
    expect([...normaliseImages(images, [2, 1, 2], { mean: [0.5, 0], std: [0.5, 1] })]).toEqual(
      [-1, 1, 7 / 255, 7 / 255].map(Math.fround),
    );
    expect(() => normaliseImages(images, [2, 1, 2], normalise)).toThrow(/1 means and 1 deviations for images of 2/);
  });
});

describe('augmentation', () => {
  test('shift moves by whole pixels up to two each way, all 25 moves', () => {
    const point = new Uint8Array(81);
    point[40] = 200;
    const target = new Float64Array(81);
    const places = new Set<number>();
    for (let seed = 0; seed < 600; seed++) {
      shift(point, [1, 9, 9], keyed(seed), target);
      expect(target.reduce((sum, value) => sum + value, 0)).toBe(200);
      places.add(target.indexOf(200));
    }
    expect(places.size).toBe(25);
    for (const at of places) expect(Math.max(Math.abs(Math.floor(at / 9) - 4), Math.abs((at % 9) - 4))).toBeLessThan(3);
  });

  test('affine keeps values in range and a plain middle plain', () => {
    const white = new Uint8Array(28 * 28).fill(255);
    const target = new Float64Array(28 * 28);
    for (let seed = 0; seed < 50; seed++) {
      affine(white, [1, 28, 28], keyed(seed), target);
      expect(Math.min(...target)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...target)).toBeLessThan(255 + 1e-9);
      expect(target[14 * 28 + 14]).toBeCloseTo(255, 9);
    }
  });
});

describe('the affine warp', () => {
  const image = (side: number) =>
    fc.array(fc.integer({ min: 0, max: 255 }), { minLength: side * side, maxLength: side * side });

  test('by the identity changes nothing', () => {
    fc.assert(
      fc.property(image(5), (pixels) => {
        const map = aboutCentre({ xx: 1, xy: 0, yx: 0, yy: 1 }, 5, 5);
        expect([...warpAffine(pixels, 5, 5, map)]).toEqual(pixels);
      }),
    );
  });

  test('by a quarter turn is the transposed mirror image, for even and odd sides', () => {
    for (const side of [4, 5]) {
      const pixels = Array.from({ length: side * side }, (_, at) => at);
      const turned = warpAffine(pixels, side, side, aboutCentre({ xx: 0, xy: -1, yx: 1, yy: 0 }, side, side));
      const expected = pixels.map((_, at) => (at % side) * side + side - 1 - Math.floor(at / side));
      expect([...turned]).toEqual(expected);
    }
  });

  test('by half a pixel is the mean of neighbours, black beyond the edge', () => {
    const map = { xx: 1, xy: 0, x0: 0.5, yx: 0, yy: 1, y0: 0 };
    expect([...warpAffine([10, 20, 40], 1, 3, map)]).toEqual([15, 30, 20]);
  });
});
