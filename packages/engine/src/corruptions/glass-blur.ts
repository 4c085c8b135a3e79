import { defineCorruption } from './corruption.js';
import { gaussianBlur } from './gaussian.js';

export const glassBlur = defineCorruption({
  definition:
    'Gaussian blur of `sigma`; then `rounds` times, from the lower right to the upper left, each pixel is exchanged with probability 1/2 with one up to `reach` pixels away; then the blur again.',
  levels: [
    { sigma: 0.7, reach: 1, rounds: 2 },
    { sigma: 0.9, reach: 2, rounds: 1 },
    { sigma: 1, reach: 2, rounds: 3 },
    { sigma: 1.1, reach: 3, rounds: 2 },
    { sigma: 1.5, reach: 4, rounds: 2 },
  ],
  apply: (image, { sigma, reach, rounds }, random) => {
    const { height, width } = image;
    const pixels = gaussianBlur(image, sigma);
    for (let round = 0; round < rounds; round++) {
      for (let y = height - reach; y > reach; y--) {
        for (let x = width - reach; x > reach; x--) {
          if (random.uniform() < 0.5) continue;
          const other = (y + random.integer(2 * reach) - reach) * width + x + random.integer(2 * reach) - reach;
          const kept = pixels[y * width + x] ?? 0;
          pixels[y * width + x] = pixels[other] ?? 0;
          pixels[other] = kept;
        }
      }
    }
    return gaussianBlur({ height, width, pixels }, sigma);
  },
});
