import type { RawImage } from '../raw-image.js';

/** Left becomes right. */
export function flipHorizontally(image: RawImage): RawImage {
  const { width } = image;
  const data = new Uint8Array(image.data);
  for (let start = 0; start < data.length; start += width) data.subarray(start, start + width).reverse();
  return { ...image, data };
}
