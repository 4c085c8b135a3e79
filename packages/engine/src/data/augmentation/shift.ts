import type { Augment } from './augmentation.js';

/** The largest shift in either direction, in pixels: a digit of MNIST has a margin of four. */
const REACH = 2;

/** Moves the image by a whole number of pixels, up to two each way, every move equally likely; black moves in. */
export const shift: Augment = (source, [channels, height, width], random, target) => {
  const right = random.integer(2 * REACH + 1) - REACH;
  const down = random.integer(2 * REACH + 1) - REACH;
  target.fill(0);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
      for (let x = Math.max(0, right); x < Math.min(width, width + right); x++) {
        target[(channel * height + y) * width + x] = source[(channel * height + y - down) * width + x - right] ?? 0;
      }
    }
  }
};
