/**
 * @file Changes of colour as Pillow's ImageEnhance and torchvision's functional transforms of PIL images define them. An
 * image of another number of channels than three has no hue and no saturation: those changes leave it as it is.
 */
import type { RawImage } from '../raw-image.js';
import { blend } from './blend.js';

/** ITU-R 601-2 luma [h, w] in Pillow's integer arithmetic; the image's own bytes when it is not of three channels. */
export function luma({ channels, height, width, data }: RawImage): Uint8Array {
  if (channels !== 3) return data;
  const plane = height * width;
  const grey = new Uint8Array(plane);
  for (let at = 0; at < plane; at++) {
    const sum = (data[at] ?? 0) * 19_595 + (data[plane + at] ?? 0) * 38_470 + (data[2 * plane + at] ?? 0) * 7471;
    grey[at] = (sum + 0x8000) >> 16;
  }
  return grey;
}

function greyBytes(image: RawImage): Uint8Array {
  const grey = luma(image);
  if (image.channels !== 3) return grey;
  const data = new Uint8Array(image.data.length);
  for (let channel = 0; channel < 3; channel++) data.set(grey, channel * grey.length);
  return data;
}

/** All channels become the luma. */
export const grayscale = (image: RawImage): RawImage => ({ ...image, data: greyBytes(image) });

/** Factor 0 is black, 1 the image. */
export const brightness = (image: RawImage, factor: number): RawImage => blend(0, image, factor);

/** Factor 0 is the mean of the luma everywhere, 1 the image. */
export function contrast(image: RawImage, factor: number): RawImage {
  const grey = luma(image);
  let sum = 0;
  for (let at = 0; at < grey.length; at++) sum += grey[at] ?? 0;
  return blend(Math.trunc(sum / grey.length + 0.5), image, factor);
}

/** Factor 0 is grey, 1 the image. */
export const saturation = (image: RawImage, factor: number): RawImage => blend(greyBytes(image), image, factor);

/** Turns the hue by `turn` (−0.5 … 0.5) of the circle, through bytes of hue, saturation and value as Pillow keeps them. */
export function hue(image: RawImage, turn: number): RawImage {
  if (image.channels !== 3) return image;
  const shift = Math.trunc(turn * 255) & 255;
  const plane = image.height * image.width;
  const { data } = image;
  const result = new Uint8Array(data.length);
  for (let at = 0; at < plane; at++) {
    const red = data[at] ?? 0;
    const green = data[plane + at] ?? 0;
    const blue = data[2 * plane + at] ?? 0;
    const value = Math.max(red, green, blue);
    const range = value - Math.min(red, green, blue);
    const saturated = range === 0 ? 0 : Math.trunc(Math.fround(range / value) * 255);
    if (saturated === 0) {
      result[at] = result[plane + at] = result[2 * plane + at] = value;
      continue;
    }
    const turned = (hueOf(red, green, blue, value, range) + shift) & 255;
    const sixth = Math.fround((turned * 6) / 255);
    const side = Math.floor(sixth);
    const part = Math.fround(sixth - side);
    const full = Math.fround(saturated / 255);
    const low = Math.round(value * (1 - full));
    const falling = Math.round(value * (1 - Math.fround(full * part)));
    const rising = Math.round(value * (1 - full * (1 - part)));
    const sector = side % 6;
    result[at] = sector === 0 || sector === 5 ? value : sector === 1 ? falling : sector === 4 ? rising : low;
    result[plane + at] = sector === 1 || sector === 2 ? value : sector === 0 ? rising : sector === 3 ? falling : low;
    result[2 * plane + at] =
      sector === 3 || sector === 4 ? value : sector === 2 ? rising : sector === 5 ? falling : low;
  }
  return { ...image, data: result };
}

/** Hue as a byte; `range` is not 0. */
function hueOf(red: number, green: number, blue: number, value: number, range: number): number {
  const r = Math.fround((value - red) / range);
  const g = Math.fround((value - green) / range);
  const b = Math.fround((value - blue) / range);
  const sixths = Math.fround(red === value ? Math.fround(b - g) : green === value ? 2 + r - b : 4 + g - r);
  return Math.trunc(Math.fround((sixths / 6 + 1) % 1) * 255);
}
