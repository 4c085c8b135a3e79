import type { Effect } from '../effect.js';
import { changeInHsv } from '../hsv.js';
import { cutToBytes, unitValues } from '../values.js';

export const saturate: Effect<{ readonly factor: number; readonly offset: number }> = {
  definition: 'The saturation (of hue, saturation and value) s becomes factor·s + offset, which ends at 1.',
  apply: (image, { factor, offset }) =>
    cutToBytes(
      image,
      changeInHsv(unitValues(image), (saturation, value) => ({
        saturation: Math.min(1, saturation * factor + offset),
        value,
      })),
    ),
};
