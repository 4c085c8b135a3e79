import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.js';
import type { Tensor } from '../graph/tensor.js';
import { initialise } from '../models/initialise.js';
import { parameterValues } from '../models/parameter-values.js';
import { visionModel } from '../models/vision-model.js';
import { vitLayers } from '../models/vit/layer-order.js';
import { vitMiniature } from '../models/vit/miniature.fixture.js';
import { keyed } from '../random/index.js';
import { compile } from '../runtime/executable.js';
import { largestDifference } from '../testing/oracle.fixture.js';
import { dropPath, dropPathMasks, dropRate } from './drop-path.js';

test('the rate rises in equal parts from none at the first block to the whole at the last', () => {
  expect([0, 1, 2, 3].map((block) => dropRate(0.3, block, 4))).toEqual(
    [0, 0.1, 0.2, 0.3].map((rate) => expect.closeTo(rate, 12)),
  );
  expect(dropRate(0.3, 0, 1)).toBe(0.3);
});

test('the masks of an example depend on its own stream, whoever is beside it', () => {
  const streams = (words: readonly number[]) => words.map((word) => keyed(5, word, 'drop-path'));
  const layers = vitLayers({ depth: 4 });
  const [one, other] = [dropPathMasks(layers, 0.5, streams([1, 2, 3])), dropPathMasks(layers, 0.5, streams([3, 1]))];
  const column = ({ data, shape: [, , batch = 0] }: Tensor, at: number) => [...data].filter((_, i) => i % batch === at);
  expect(column(one, 0)).toEqual(column(other, 1));
  expect(column(one, 2)).toEqual(column(other, 0));
});

test('what is added keeps its mean: over many examples each branch is dropped at its rate and made larger for it', () => {
  const count = 4000;
  const { data } = dropPathMasks(
    vitLayers({ depth: 3 }),
    0.4,
    Array.from({ length: count }, (_, example) => keyed(8, example)),
  );
  for (let branch = 0; branch < 6; branch++) {
    const masks = Array.from(data.subarray(branch * count, (branch + 1) * count), Number);
    const rate = 0.2 * Math.floor(branch / 2);
    expect(new Set(masks)).toEqual(new Set(rate === 0 ? [1] : [0, Math.fround(1 / (1 - rate))]));
    // The mean of 4,000 masks has a standard error of √(rate / (1 − rate) / 4000) ≤ 0.013.
    expect(Math.abs(masks.reduce((sum, mask) => sum + mask, 0) / count - 1)).toBeLessThan(0.065);
  }
});

/** Features [2, 8] of two images, under masks [2, 2, 2] or none. */
async function featuresUnder(masks: readonly number[] | null, depth = 2): Promise<Tensor> {
  const model = visionModel(vitMiniature({ depth }));
  const weights = initialise(visionModel(vitMiniature({ depth: 2 })).parameters, 3);
  const b = new GraphBuilder();
  const parameters = new Map(
    model.parameters.map(({ name, shape }) => [name, b.constant(weights.get(name)?.data ?? [], 'f32', shape, name)]),
  );
  const images = b.input('images', 'f32', [2, 1, 8, 8]);
  const options = masks === null ? {} : dropPath(b, b.input('masks', 'f32', [2, 2, 2]));
  b.output('features', model.features(b, parameterValues(parameters), images, options));
  const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
  const pixels = Float32Array.from({ length: 128 }, (_, at) => Math.sin(at));
  const feeds: Record<string, Tensor> = { images: { dtype: 'f32', shape: [2, 1, 8, 8], data: pixels } };
  if (masks !== null) feeds.masks = { dtype: 'f32', shape: [2, 2, 2], data: Float32Array.from(masks) };
  const { features } = await executable.run(feeds);
  await executable.dispose();
  if (features === undefined) throw new Error('The network gave no features.');
  return features;
}

test('masks of one change nothing, and an example that goes around a block has the features of a model without it', async () => {
  const whole = await featuresUnder(null);
  const shallow = await featuresUnder(null, 1);
  expect(largestDifference(await featuresUnder(Array(8).fill(1)), whole)).toBe(0);
  // [block, branch, example]: the second image goes around both branches of the second block.
  const mixed = await featuresUnder([1, 1, 1, 1, 1, 0, 1, 0]);
  const row = ({ data }: Tensor, at: number) => ({ data: data.slice(at * 8, (at + 1) * 8) });
  expect(largestDifference(row(mixed, 0), row(whole, 0))).toBeLessThan(1e-6);
  expect(largestDifference(row(mixed, 1), row(shallow, 1))).toBeLessThan(1e-6);
  expect(largestDifference(row(whole, 1), row(shallow, 1))).toBeGreaterThan(1e-3);
});
