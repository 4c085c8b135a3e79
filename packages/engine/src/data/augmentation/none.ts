import type { Augment } from './augmentation.js';

/** Leaves every image as it is. */
export const none: Augment = (source, _shape, _random, target) => {
  target.set(source);
};
