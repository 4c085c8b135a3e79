import type { RawImage } from '../raw-image.js';

/**
 * Goes from `plain` (0) through `image` (1) and beyond, as Pillow's Image.blend: in f32, cut off to whole numbers, not
 * rounded, and kept in the range of a byte.
 *
 * @param plain one byte for all pixels, or bytes in the layout of the image
 * @param factor ≥ 0
 */
export function blend(plain: Uint8Array | number, image: RawImage, factor: number): RawImage {
  const { data } = image;
  const alpha = Math.fround(factor);
  if (alpha === 1) return image;
  const result = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const from = typeof plain === 'number' ? plain : (plain[at] ?? 0);
    const value = Math.fround(from + Math.fround(alpha * ((data[at] ?? 0) - from)));
    result[at] = value <= 0 ? 0 : value >= 255 ? 255 : value;
  }
  return { ...image, data: result };
}
