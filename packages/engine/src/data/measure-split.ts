import type { Split } from './dataset.js';
import { inOrder } from './in-order.js';
import { measurePreprocessing, type Preprocessing } from './preprocessing.js';
import { testTransform } from './transforms/index.js';

/** Photographs whose mean and deviation stand for all: the first of a split, which is in random order already. */
const SAMPLE = 2000;
const READ_AHEAD = 8;

/**
 * The preprocessing of a model that is trained from its first values on a split: mean and deviation of all of its pixels;
 * of photographs, those of a sample that is resized (shorter side, bicubic) and cropped to the model's input, as every
 * photograph is from then on.
 *
 * @param image [c, h, w] that the model takes
 */
export async function preprocessingOf(split: Split, image: readonly [number, number, number]): Promise<Preprocessing> {
  if (!split.encoded) return measurePreprocessing(split.images(), split.image);
  const [channels, height, width] = image;
  const input = { height, width };
  const fitted = {
    resize: height === width ? { shortest: height } : input,
    crop: input,
    interpolation: 'bicubic' as const,
  };
  const n = Math.min(SAMPLE, split.n);
  const length = channels * height * width;
  const pixels = new Uint8Array(n * length);
  let row = 0;
  for await (const photograph of inOrder(n, READ_AHEAD, (position) => split.read(position))) {
    const unchanged = { mean: [0], std: [1], ...fitted };
    pixels.set(testTransform(photograph, unchanged, input).data, row++ * length);
  }
  return { ...measurePreprocessing(pixels, image), ...fitted };
}
