import type { Effect } from '../effect.js';
import { throughJpeg } from '../jpeg.js';

export const jpegCompression: Effect<{ readonly quality: number }> = {
  definition:
    "The image is saved as a baseline JPEG of `quality` (libjpeg's scale, colour at half size) and read again.",
  apply: (image, { quality }) => throughJpeg(image, quality),
};
