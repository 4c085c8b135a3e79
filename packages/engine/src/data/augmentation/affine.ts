import { aboutCentre, warpAffine } from '../warp.js';
import type { Augment } from './augmentation.js';

const MAX_ROTATION = (12 * Math.PI) / 180;
const MAX_SHEAR = 0.15;
const MAX_LOG_SCALE = Math.log(1.15);
const MAX_SHIFT = 2;

/**
 * Rotates by up to 12°, scales by up to 15 %, shears by up to 0.15 and shifts by up to two pixels, each uniform (the
 * scale in its logarithm); bilinear, black outside. One transform for all channels.
 */
export const affine: Augment = (source, [channels, height, width], random, target) => {
  const symmetric = (reach: number) => (2 * random.uniform() - 1) * reach;
  const angle = symmetric(MAX_ROTATION);
  const shear = symmetric(MAX_SHEAR);
  const scale = Math.exp(symmetric(MAX_LOG_SCALE));
  const shift = { x: symmetric(MAX_SHIFT), y: symmetric(MAX_SHIFT) };
  const cos = Math.cos(angle) * scale;
  const sin = Math.sin(angle) * scale;
  const map = aboutCentre({ xx: cos, xy: cos * shear - sin, yx: sin, yy: sin * shear + cos }, height, width, shift);
  const plane = height * width;
  for (let channel = 0; channel < channels; channel++) {
    const from = channel * plane;
    warpAffine(source.subarray(from, from + plane), height, width, map, target.subarray(from, from + plane));
  }
};
