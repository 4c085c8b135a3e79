import { beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.js';
import type { Tensor } from '../graph/tensor.js';
import { parameterValues } from '../models/parameter-values.js';
import { visionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import { compile, type Executable } from '../runtime/executable.js';
import { interpret } from '../runtime/reference/index.js';
import { maeFixture, maeGraph, shuffleOfNoise } from './mae.fixture.js';
import { mae } from './mae.js';
import { scalarLoss } from './ssl-loss.fixture.js';

const { architecture, mask, decoder, weights, images, noise } = maeFixture;
const batch = images.shape[0] ?? 0;
const patches = noise.shape[1] ?? 0;

function compileLoss(normalisePixels: boolean, trained: readonly string[]): Promise<Executable> {
  return compile(maeGraph(normalisePixels, trained), { device: 'cpu', threads: 1 });
}

describe.each(maeFixture.cases)('MAE with normalised pixels: $normalisePixels', (one) => {
  // That loss and gradients are PyTorch's is a row of the fidelity table: fidelity/self-supervision.fixture.ts.
  let executable: Executable;
  const feeds = { ...Object.fromEntries(weights), images, shuffle: shuffleOfNoise() };
  beforeAll(async () => {
    executable = await compileLoss(one.normalisePixels, [...one.gradients.keys()]);
    return () => executable.dispose();
  });

  test('trains every tensor but the fixed positions', () => {
    const loss = mae.bind(architecture, { mask, decoder, normalise_pixels: one.normalisePixels }, { batch, seed: 3 });
    const table = [...visionModel(architecture).parameters, ...loss.parameters].map(({ name }) => name);
    expect(table.filter((name) => !loss.frozen.has(name)).sort()).toEqual([...one.gradients.keys()].sort());
    expect([...table].sort()).toEqual([...weights.keys()].sort());
  });

  test('does not depend on the order of the hidden patches', async () => {
    const shuffle = feeds.shuffle.data.slice();
    const seen = Math.floor(patches * (1 - mask));
    for (let i = 0; i < batch; i++) shuffle.subarray(i * patches + seen, (i + 1) * patches).reverse();
    const { loss } = await executable.run({ ...feeds, shuffle: { ...feeds.shuffle, data: shuffle } });
    expect(loss?.data[0]).toBeCloseTo(one.loss, 5);
  });
});

test('the loss ignores visible patches: with a decoder that predicts a constant they can change at will', async () => {
  const executable = await compileLoss(true, []);
  const shuffle = shuffleOfNoise();
  const constant = new Map(weights);
  const predictor = weights.get('decoder_pred.weight');
  if (predictor === undefined) throw new Error('The fixture has no decoder_pred.weight.');
  constant.set('decoder_pred.weight', { ...predictor, data: new Float32Array(predictor.data.length) });
  const lossOf = async (pixels: Float32Array<ArrayBuffer>) => {
    const outputs = await executable.run({
      ...Object.fromEntries(constant),
      images: { ...images, data: pixels },
      shuffle,
    });
    return outputs.loss?.data[0];
  };
  const [first = 0, last = 0] = [shuffle.data[0], shuffle.data[patches - 1]].map(Number);
  const before = await lossOf(images.data);
  expect(await lossOf(scribbledOn(first))).toBe(before);
  expect(await lossOf(scribbledOn(last))).not.toBe(before);
  await executable.dispose();
});

/** The images with other pixels in one patch of the first image. */
function scribbledOn(patch: number): Float32Array<ArrayBuffer> {
  const pixels = images.data.slice();
  const { image, patch: side } = architecture;
  const grid = image / side;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      pixels[(Math.floor(patch / grid) * side + row) * image + (patch % grid) * side + column] = row * 3 - column;
    }
  }
  return pixels;
}

test('the loss of a batch is the mean of the losses of its images, so its gradient may be taken in turns', () => {
  const lossOf = (first: number, count: number): number => {
    const b = new GraphBuilder();
    const inputs = new Map([...weights].map(([name, { shape }]) => [name, b.input(name, 'f32', shape)]));
    const loss = mae.bind(architecture, { mask, decoder, normalise_pixels: true }, { batch: count, seed: 3 });
    expect(loss.independent).toBe(true);
    const rows = ({ shape, data, dtype }: Tensor): Tensor => {
      const size = data.length / batch;
      return { dtype, shape: [count, ...shape.slice(1)], data: data.slice(first * size, (first + count) * size) };
    };
    const shuffle = b.input('shuffle', 'i32', [count, patches]);
    const pictures = b.input('images', 'f32', [count, ...images.shape.slice(1)]);
    const parameters = parameterValues(inputs);
    b.output('loss', scalarLoss(loss, b, { parameters, views: [pictures], input: () => shuffle }));
    const feeds = { ...Object.fromEntries(weights), images: rows(images), shuffle: rows(shuffleOfNoise()) };
    return Number(interpret(b.build(), feeds).loss?.data[0]);
  };
  const each = Array.from({ length: batch }, (_, image) => lossOf(image, 1));
  expect(lossOf(0, batch)).toBeCloseTo(each.reduce((sum, loss) => sum + loss, 0) / batch, 12);
});

test('what is drawn for an image depends on its own stream alone', () => {
  const loss = mae.bind(architecture, { mask, decoder }, { batch, seed: 3 });
  const at = { step: 0, steps: 1, random: keyed(3, 'step') };
  const streams = (words: readonly number[]) => words.map((word) => keyed(3, word, 'ssl'));
  const one = loss.draw(streams([10, 11, 12]), at).shuffle?.data ?? [];
  const other = loss.draw(streams([12, 11, 10]), at).shuffle?.data ?? [];
  expect([...one.slice(0, patches)]).toEqual([...other.slice(2 * patches)]);
  expect([...one.slice(patches, 2 * patches)]).toEqual([...other.slice(patches, 2 * patches)]);
});
