import { describe, expect, test } from 'vitest';
import { keyed } from '../../random/index.js';
import { oracle } from '../image/oracle.fixture.js';
import type { RawImage } from '../raw-image.js';
import { viewMaker } from '../views.js';
import { testTransform } from './test-transform.js';

const image = (height: number, width: number): RawImage => ({
  channels: 1,
  height,
  width,
  data: Uint8Array.from({ length: height * width }, (_, at) => (at * 7) % 256),
});
const plain = { mean: [0], std: [1] };

describe('the transform of a test', () => {
  test.each(oracle.transforms)(
    "$name: what timm's create_transform gives",
    ({ image: picture, preprocessing, expected }) => {
      const found = new Float32Array(3 * 16 * 16);
      const make = viewMaker({ augmentation: 'none', image: [3, 16, 16], normalise: preprocessing });
      make(picture, keyed(1), found);
      // One grey level: Pillow 13 sometimes resizes the columns first, which rounds otherwise (see image/resize.ts).
      for (const [at, value] of found.entries()) {
        const level = 1 / 255 / (preprocessing.std[Math.floor(at / 256)] ?? 1);
        expect(Math.abs(value - (expected[at] ?? Number.NaN))).toBeLessThan(1.0001 * level);
      }
    },
  );

  test('leaves an image of the size of the model alone when the checkpoint says nothing', () => {
    const picture = image(8, 8);
    expect(testTransform(picture, plain, { height: 8, width: 8 })).toEqual(picture);
  });

  test('resizes straight to the model when the checkpoint says nothing', () => {
    expect(testTransform(image(20, 9), plain, { height: 8, width: 8 })).toMatchObject({ height: 8, width: 8 });
  });

  test('cuts without resizing when the checkpoint names a cut alone', () => {
    const picture = image(10, 10);
    const cut = testTransform(picture, { ...plain, crop: { height: 4, width: 4 } }, { height: 4, width: 4 });
    expect([...cut.data.subarray(0, 4)]).toEqual([...picture.data.subarray(33, 37)]);
  });

  test('brings what a checkpoint says of 6 pixels to a model that is run at 8', () => {
    const preprocessing = { ...plain, resize: { shortest: 7 }, crop: { height: 6, width: 6 } };
    expect(testTransform(image(30, 20), preprocessing, { height: 8, width: 8 })).toMatchObject({ height: 8, width: 8 });
  });

  test('refuses an image of another number of channels in a sentence', () => {
    const make = viewMaker({ augmentation: 'none', image: [3, 8, 8], normalise: { mean: [0, 0, 0], std: [1, 1, 1] } });
    expect(() => make(image(8, 8), keyed(1), new Float32Array(192))).toThrow(
      'An image of 1 channels came to a model that takes 3.',
    );
  });
});
