import type { Effect } from '../effect.js';
import { changeInHsv } from '../hsv.js';
import { cutToBytes, unitValues } from '../values.js';

export const brightness: Effect<{ readonly light: number }> = {
  definition: '`light` is added to the value (of hue, saturation and value), which ends at 1.',
  apply: (image, { light }) =>
    cutToBytes(
      image,
      changeInHsv(unitValues(image), (saturation, value) => ({ saturation, value: Math.min(1, value + light) })),
    ),
};
