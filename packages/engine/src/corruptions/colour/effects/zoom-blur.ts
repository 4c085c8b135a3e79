import type { Effect } from '../effect.js';
import { cutToBytes, eachPlane, unitValues } from '../values.js';
import { zoomMiddle } from '../zoom.js';

export const zoomBlur: Effect<{ readonly end: number; readonly step: number }> = {
  definition:
    'The mean of the image and of its enlargements about the middle by 1, 1 + step, … below `end` (as numpy.arange counts them), bilinear.',
  apply(image, { end, step }) {
    const { height, width } = image;
    // numpy.arange: the number of steps is rounded up in f64, and the step is the difference of the first two numbers.
    const count = Math.ceil((end - 1) / step);
    const exactStep = 1 + step - 1;
    const zoomed = eachPlane(image, unitValues(image), (plane) => {
      const sum = plane.slice();
      for (let at = 0; at < count; at++) {
        const layer = zoomMiddle(plane, height, width, 1 + at * exactStep);
        for (let pixel = 0; pixel < sum.length; pixel++) sum[pixel] = (sum[pixel] ?? 0) + (layer[pixel] ?? 0);
      }
      return sum.map((value) => value / (count + 1));
    });
    return cutToBytes(image, zoomed);
  },
};
