import type { Effect } from '../effect.js';
import { gaussianFilter } from '../gaussian.js';
import { cutToBytes, eachPlane, unitValues } from '../values.js';

export const gaussianBlur: Effect<{ readonly sigma: number }> = {
  definition: 'Gaussian blur of deviation `sigma`, the outermost pixels going on beyond the edge.',
  apply(image, { sigma }) {
    const { height, width } = image;
    const blurred = eachPlane(image, unitValues(image), (plane) =>
      gaussianFilter(plane, height, width, { sigma, border: 'nearest', truncate: 4 }),
    );
    return cutToBytes(image, blurred);
  },
};
