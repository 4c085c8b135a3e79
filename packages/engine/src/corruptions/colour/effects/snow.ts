import { uniformBetween } from '../../../random/index.js';
import type { Effect } from '../effect.js';
import { motionBlurPlane } from '../motion.js';
import { cutToBytes, unitValues } from '../values.js';
import { zoomMiddle } from '../zoom.js';

export const snow: Effect<{
  readonly mean: number;
  readonly deviation: number;
  readonly zoom: number;
  readonly threshold: number;
  readonly radius: number;
  readonly sigma: number;
  readonly share: number;
}> = {
  definition:
    'Flakes are normal noise (`mean`, `deviation`) enlarged by `zoom`, 0 below `threshold`, blurred along −135° … −45° (`radius`, `sigma`); the image becomes share·x + (1 − share)·max(x, 1.5·luma + 0.5), plus the flakes, plus the flakes turned by 180°.',
  apply(image, { mean, deviation, zoom, threshold, radius, sigma, share }, random) {
    const { height, width } = image;
    const plane = height * width;
    const noise = Float64Array.from({ length: plane }, () => mean + deviation * random.normal());
    const flakes = zoomMiddle(noise, height, width, zoom).map((value) =>
      value < threshold ? 0 : Math.floor(255 * Math.min(1, value)),
    );
    const angle = uniformBetween(random, -135, -45);
    const falling = motionBlurPlane(flakes, height, width, { radius, sigma, angle });
    const values = unitValues(image);
    const snowy = values.map((value, at) => {
      const pixel = at % plane;
      const luma =
        0.299 * (values[pixel] ?? 0) + 0.587 * (values[plane + pixel] ?? 0) + 0.114 * (values[2 * plane + pixel] ?? 0);
      const whitened = share * value + (1 - share) * Math.max(value, 1.5 * luma + 0.5);
      return whitened + ((falling[pixel] ?? 0) + (falling[plane - 1 - pixel] ?? 0)) / 255;
    });
    return cutToBytes(image, snowy);
  },
};
