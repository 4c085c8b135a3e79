import type { Effect } from '../effect.js';
import { spectralNoise } from '../spectral-noise.js';
import { sideOf } from '../square.js';
import { greysToImage } from '../values.js';

export const brownishNoise: Effect<{ readonly intensity: number }> = {
  definition:
    'Noise of deviation `intensity` greys, whose amplitudes fall as 1/(frequency² + 1), is added to each channel.',
  apply(image, { intensity }, random) {
    const side = sideOf(image);
    const values = new Float64Array(image.data.length);
    for (let channel = 0; channel < 3; channel++) {
      const noise = spectralNoise(side, (distance) => 1 / (distance * distance + 1), random);
      for (let at = 0; at < noise.length; at++) {
        const pixel = channel * noise.length + at;
        values[pixel] = (image.data[pixel] ?? 0) + intensity * (noise[at] ?? 0);
      }
    }
    return greysToImage(image, values);
  },
};
