import { defineCorruption, mapPixels } from './corruption.js';

export const impulseNoise = defineCorruption({
  definition: 'Each pixel is replaced with probability `amount`, by white or black with equal chance.',
  levels: [{ amount: 0.03 }, { amount: 0.06 }, { amount: 0.09 }, { amount: 0.17 }, { amount: 0.27 }],
  apply: (image, { amount }, random) =>
    mapPixels(image, (value) => {
      const replaced = random.uniform() < amount;
      const white = random.uniform() < 0.5;
      if (!replaced) return value;
      return white ? 1 : 0;
    }),
});
