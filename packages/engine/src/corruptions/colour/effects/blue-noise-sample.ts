import type { Effect } from '../effect.js';
import { spectralNoise } from '../spectral-noise.js';
import { sideOf } from '../square.js';

export const blueNoiseSample: Effect<{ readonly threshold: number }> = {
  definition:
    'Pixels turn black where noise of deviation 1, whose amplitudes grow with the frequency, is not above `threshold`.',
  apply(image, { threshold }, random) {
    const noise = spectralNoise(sideOf(image), (distance) => distance, random);
    const data = image.data.map((byte, at) => ((noise[at % noise.length] ?? 0) > threshold ? byte : 0));
    return { ...image, data };
  },
};
