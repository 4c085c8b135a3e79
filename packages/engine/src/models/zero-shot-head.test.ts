import { describe, expect, test } from 'vitest';
import { numbersOf, type Tensor, tensorOf } from '../graph/tensor.js';
import { classifier } from '../training/inference.js';
import { importModel } from './formats/import-model.js';
import { checkpointOf, imported, miniature } from './formats/miniatures.fixture.js';
import { zeroShotHead } from './zero-shot-head.js';

const clip = miniature('transformers CLIP tower with projection (quick-GELU)');

const withUnitFeatures = () => importModel(checkpointOf(clip), { unitFeatures: true });

describe('the zero-shot head', () => {
  test('is 100 × the mean direction of a class, each text counting alike however long its embedding is', async () => {
    const { architecture } = await withUnitFeatures();
    const texts = tensorOf('f32', [2, 2, 4], [3, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 2, 0, 0, 0, 7, 0]);
    const head = zeroShotHead(texts, architecture);
    const half = 100 / Math.SQRT2;
    const rows = [...(head.get('head.weight')?.data ?? [])];
    for (const [index, value] of [half, half, 0, 0, 0, 0, 100, 0].entries()) expect(rows[index]).toBeCloseTo(value, 5);
    expect([...(head.get('head.bias')?.data ?? [])]).toEqual([0, 0]);
  });

  test('gives 100 × the cosine of image and text as logits', async () => {
    const { architecture, tensors } = await withUnitFeatures();
    const texts = tensorOf('f32', [3, 4], [1, 2, 0, -1, 0.5, 0, 0.1, 3, -2, 1, 1, 1]);
    const head = zeroShotHead(texts, architecture);
    const own = new Map<string, Tensor>(tensors);
    for (const [name, { shape, data }] of head) own.set(name, { dtype: 'f32', shape, data });
    const network = await classifier(own, architecture, { batch: 2, threads: 1 });
    const logits = await network.logits(clip.images.data);
    await network.dispose();
    // `rows` are the image embeddings that transformers computed.
    const cosine = (image: Float32Array, text: Float64Array) => {
      const dot = image.reduce((sum, value, i) => sum + value * (text[i] ?? 0), 0);
      return dot / (Math.hypot(...image) * Math.hypot(...text));
    };
    for (let image = 0; image < 2; image++) {
      for (let text = 0; text < 3; text++) {
        const expected =
          100 *
          cosine(clip.rows.data.subarray(image * 4, image * 4 + 4), numbersOf(texts).subarray(text * 4, text * 4 + 4));
        expect(logits[image * 3 + text]).toBeCloseTo(expected, 3);
      }
    }
  });

  test.each([
    [[2, 5], Array.from({ length: 10 }, () => 1), /they are 5 numbers wide, the model's features 4/],
    [[8], Array.from({ length: 8 }, () => 1), /their shape is \[8\]/],
    [[1, 4], [0, 0, 0, 0], /text 0 of class 0 has no direction/],
    [[1, 2, 4], [1, 0, 0, 0, -1, 0, 0, 0], /the texts of class 0 cancel out/],
  ])('refuses embeddings of shape %j that make no head', async (shape, numbers, message) => {
    const { architecture } = await withUnitFeatures();
    expect(() => zeroShotHead(tensorOf('f32', shape, numbers), architecture)).toThrow(message);
  });

  test('is refused by a model whose features have a length of their own', async () => {
    const { architecture } = await imported(clip);
    expect(() => zeroShotHead(tensorOf('f32', [1, 4], [1, 0, 0, 0]), architecture)).toThrow(
      /the features of this model are not of length 1/,
    );
  });
});
