import { defineCorruption, mapPixels } from './corruption.js';
import { poisson } from './poisson.js';

export const shotNoise = defineCorruption({
  definition: 'Each pixel x becomes Poisson(photons·x) / photons.',
  levels: [{ photons: 60 }, { photons: 25 }, { photons: 12 }, { photons: 5 }, { photons: 3 }],
  apply: (image, { photons }, random) =>
    mapPixels(image, (value) => (value === 0 ? 0 : poisson(value * photons, random) / photons)),
});
