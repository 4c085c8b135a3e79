import type { RawImage } from '../raw-image.js';
import { blend } from './blend.js';

/** Factor 0 is smoothed, 1 the image, 2 sharpened: Pillow's ImageEnhance.Sharpness. */
export const sharpness = (image: RawImage, factor: number): RawImage => blend(smooth(image), image, factor);

/** Pillow's SMOOTH: the mean of the pixel (weight 5) and its neighbours (weight 1); the border stays. */
function smooth({ channels, height, width, data }: RawImage): Uint8Array {
  const result = Uint8Array.from(data);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 1; y < height - 1; y++) {
      const row = (channel * height + y) * width;
      for (let at = row + 1; at < row + width - 1; at++) {
        const sum = three(data, at - width) + three(data, at) + 4 * (data[at] ?? 0) + three(data, at + width);
        // Rounded to the nearest: a sum of whole numbers by 13 is never half-way.
        result[at] = Math.floor((2 * sum + 13) / 26);
      }
    }
  }
  return result;
}

const three = (data: Uint8Array, at: number) => (data[at - 1] ?? 0) + (data[at] ?? 0) + (data[at + 1] ?? 0);
