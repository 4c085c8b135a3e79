import { defineCorruption } from './corruption.js';

export const stripe = defineCorruption({
  definition: 'The outer columns are inverted, `share` of the width on each side. Severity 5 is that of MNIST-C.',
  levels: [{ share: 3 / 28 }, { share: 4 / 28 }, { share: 5 / 28 }, { share: 6 / 28 }, { share: 7 / 28 }],
  apply: ({ pixels, width }, { share }) => {
    const columns = Math.round(share * width);
    return pixels.map((value, at) => {
      const x = at % width;
      return x < columns || x >= width - columns ? 1 - value : value;
    });
  },
});
