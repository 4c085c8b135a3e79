import type { RawImage } from '../raw-image.js';
import type { Size } from './size.js';

/** A rectangle in pixels; it may reach beyond the image. */
export interface Rectangle extends Size {
  readonly top: number;
  readonly left: number;
}

/** Cuts a rectangle out; black where it reaches beyond the image. */
export function crop(image: RawImage, { top, left, height, width }: Rectangle): RawImage {
  const { channels } = image;
  if (top === 0 && left === 0 && height === image.height && width === image.width) return image;
  const data = new Uint8Array(channels * height * width);
  const firstRow = Math.max(0, -top);
  const lastRow = Math.min(height, image.height - top);
  const from = Math.max(0, -left);
  const to = Math.min(width, image.width - left);
  if (from < to) {
    for (let channel = 0; channel < channels; channel++) {
      for (let y = firstRow; y < lastRow; y++) {
        const source = (channel * image.height + top + y) * image.width + left;
        data.set(image.data.subarray(source + from, source + to), (channel * height + y) * width + from);
      }
    }
  }
  return { channels, height, width, data };
}

/**
 * Cuts out the middle as torchvision's CenterCrop does: an odd remainder is halved to the even number (Python's round),
 * an image that is too small is bordered with black.
 */
export function centreCrop(image: RawImage, { height, width }: Size): RawImage {
  return crop(image, { top: offset(image.height, height), left: offset(image.width, width), height, width });
}

function offset(whole: number, part: number): number {
  // A border is halved downwards first: torchvision pads by (part − whole) // 2 before it cuts.
  if (part > whole) return -Math.floor((part - whole) / 2);
  const half = (whole - part) / 2;
  return Number.isInteger(half) ? half : 2 * Math.round(half / 2);
}
