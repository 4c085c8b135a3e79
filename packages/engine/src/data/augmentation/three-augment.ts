import { grayscale, solarize } from '../image/index.js';
import { colourJitter } from './colour-jitter.js';
import { exactlyOne, type Pipeline, sequence } from './pipeline.js';
import { randomBlur } from './random-blur.js';
import { randomFlip } from './random-flip.js';
import { randomResizedCrop } from './random-resized-crop.js';

/** 3-Augment of DeiT III (Touvron, Cord, Jégou, 2022, §3.3) as Self-Soupervision uses it for every training. */
export const threeAugment: Pipeline = sequence({
  crop: randomResizedCrop({ scale: [0.08, 1], interpolation: 'bicubic' }),
  flip: randomFlip,
  one: exactlyOne(grayscale, (image) => solarize(image, 128), randomBlur),
  jitter: colourJitter({ brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0 }),
});
