import { uniformBetween } from '../../../random/index.js';
import type { Effect } from '../effect.js';
import { motionBlurPlane } from '../motion.js';

export const motionBlur: Effect<{ readonly radius: number; readonly sigma: number }> = {
  definition:
    "ImageMagick's motion blur: the mean of the 2·radius + 1 whole pixels nearest to a ray, weighted by exp(−distance²/(2·sigma²)); its angle is uniform in −45° … 45°; the outermost pixels go on beyond the edge.",
  apply(image, { radius, sigma }, random) {
    const { height, width, data } = image;
    const angle = uniformBetween(random, -45, 45);
    const plane = height * width;
    const blurred = new Uint8Array(data.length);
    for (let start = 0; start < data.length; start += plane) {
      blurred.set(motionBlurPlane(data.subarray(start, start + plane), height, width, { radius, sigma, angle }), start);
    }
    return { ...image, data: blurred };
  },
};
