import type { RawImage } from '../../../data/raw-image.js';
import type { Random } from '../../../random/index.js';
import type { Effect } from '../effect.js';
import { gaussianBlur } from './gaussian-blur.js';

export const glassBlur: Effect<{ readonly sigma: number; readonly reach: number; readonly rounds: number }> = {
  definition:
    'Gaussian blur of `sigma`; then `rounds` times, from the lower right to the upper left, each pixel is overwritten by one −reach … reach−1 rows and columns away; then the blur again.',
  async apply(image, { sigma, reach, rounds }, random) {
    const blurred = await gaussianBlur.apply(image, { sigma }, random);
    for (let round = 0; round < rounds; round++) shuffle(blurred, reach, random);
    return gaussianBlur.apply(blurred, { sigma }, random);
  },
};

/**
 * The published program means to exchange two pixels, but its two sides are views of one array: the first pixel takes the
 * second's colour, and the second keeps it. So it is here.
 */
function shuffle({ height, width, data }: RawImage, reach: number, random: Random): void {
  const plane = height * width;
  for (let y = height - reach; y > reach; y--) {
    for (let x = width - reach; x > reach; x--) {
      const fromX = x + random.integer(2 * reach) - reach;
      const fromY = y + random.integer(2 * reach) - reach;
      for (let channel = 0; channel < 3; channel++) {
        const start = channel * plane;
        data[start + y * width + x] = data[start + fromY * width + fromX] ?? 0;
      }
    }
  }
}
