import { cannyEdges as edgesOf } from './canny.js';
import { defineCorruption } from './corruption.js';

export const cannyEdges = defineCorruption({
  definition:
    'The image gives way to its Canny edges (deviation 1, thresholds 0.1 and 0.2): (1 − share)·x + share·edge. Severity 5 is that of MNIST-C.',
  levels: [{ share: 0.2 }, { share: 0.4 }, { share: 0.6 }, { share: 0.8 }, { share: 1 }],
  apply: (image, { share }) => {
    const edges = edgesOf(image);
    return image.pixels.map((value, at) => (1 - share) * value + share * (edges[at] ?? 0));
  },
});
