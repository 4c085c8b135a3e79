import type { Effect } from '../effect.js';
import { cutToBytes, eachPlane, unitValues } from '../values.js';

export const contrast: Effect<{ readonly factor: number }> = {
  definition: 'The distance of each value from the mean of its channel is multiplied by `factor`.',
  apply(image, { factor }) {
    const changed = eachPlane(image, unitValues(image), (plane) => {
      const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
      return plane.map((value) => (value - mean) * factor + mean);
    });
    return cutToBytes(image, changed);
  },
};
