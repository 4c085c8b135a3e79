import { defineCorruption } from './corruption.js';
import { IDENTITY, warped } from './warped.js';

export const translate = defineCorruption({
  definition: 'The image moves by `distance` pixels along each axis, in one of the four directions with equal chance.',
  levels: [{ distance: 1 }, { distance: 2 }, { distance: 3 }, { distance: 4 }, { distance: 5 }],
  apply: (image, { distance }, random) => {
    const x = random.uniform() < 0.5 ? -distance : distance;
    const y = random.uniform() < 0.5 ? -distance : distance;
    return warped(image, IDENTITY, { x, y });
  },
});
