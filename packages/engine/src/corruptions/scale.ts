import { defineCorruption } from './corruption.js';
import { warped } from './warped.js';

export const scale = defineCorruption({
  definition: 'The image shrinks about its centre to `size` of its size; bilinear, black outside.',
  levels: [{ size: 0.9 }, { size: 0.8 }, { size: 0.7 }, { size: 0.6 }, { size: 0.5 }],
  apply: (image, { size }) => warped(image, { xx: 1 / size, xy: 0, yx: 0, yy: 1 / size }),
});
