import type { Effect } from '../effect.js';

export const impulseNoise: Effect<{ readonly amount: number }> = {
  definition: 'Each value of each channel is replaced with probability `amount`, by 1 or 0 with equal chance.',
  apply(image, { amount }, random) {
    const data = image.data.map((byte) => {
      const replaced = random.uniform() < amount;
      const salt = random.uniform() < 0.5;
      return replaced ? (salt ? 255 : 0) : byte;
    });
    return { ...image, data };
  },
};
