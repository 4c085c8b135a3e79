import { defineCorruption } from './corruption.js';
import { warped } from './warped.js';

export const rotate = defineCorruption({
  definition:
    'The image turns about its centre by `angle` radians, clockwise or against with equal chance; bilinear, black outside.',
  levels: [{ angle: 0.2 }, { angle: 0.4 }, { angle: 0.6 }, { angle: 0.8 }, { angle: 1 }],
  apply: (image, { angle }, random) => {
    const signed = random.uniform() < 0.5 ? -angle : angle;
    const cos = Math.cos(signed);
    const sin = Math.sin(signed);
    return warped(image, { xx: cos, xy: -sin, yx: sin, yy: cos });
  },
});
