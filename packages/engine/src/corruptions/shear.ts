import { defineCorruption } from './corruption.js';
import { warped } from './warped.js';

export const shear = defineCorruption({
  definition:
    'The image is sheared about its centre by `angle` radians, to the left or right with equal chance; bilinear, black outside.',
  levels: [{ angle: 0.2 }, { angle: 0.4 }, { angle: 0.6 }, { angle: 0.8 }, { angle: 1 }],
  apply: (image, { angle }, random) => {
    const signed = random.uniform() < 0.5 ? -angle : angle;
    return warped(image, { xx: 1, xy: -Math.sin(signed), yx: 0, yy: Math.cos(signed) });
  },
});
