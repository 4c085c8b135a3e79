/** @file Operations that replace each byte by another one, as Pillow's ImageOps defines them. */
import type { RawImage } from '../raw-image.js';

const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);

/** Replaces each byte by its place in `table`. */
export function lookUp(image: RawImage, table: Uint8Array): RawImage {
  const data = new Uint8Array(image.data.length);
  for (let at = 0; at < data.length; at++) data[at] = table[image.data[at] ?? 0] ?? 0;
  return { ...image, data };
}

export const invert = (image: RawImage): RawImage =>
  lookUp(
    image,
    bytes.map((value) => 255 - value),
  );

/** Inverts the bytes from `threshold` (0 … 256) on. */
export const solarize = (image: RawImage, threshold: number): RawImage =>
  lookUp(
    image,
    bytes.map((value) => (value < threshold ? value : 255 - value)),
  );

/** Adds `addend` (0 … 255) to the bytes below 128. */
export const solarizeAdd = (image: RawImage, addend: number): RawImage =>
  lookUp(
    image,
    bytes.map((value) => (value < 128 ? Math.min(255, value + addend) : value)),
  );

/** Keeps the `bits` (0 … 8) most significant bits. */
export const posterize = (image: RawImage, bits: number): RawImage =>
  lookUp(
    image,
    bytes.map((value) => value & ~(2 ** (8 - bits) - 1)),
  );

/** Stretches each channel to the whole range. */
export const autocontrast = (image: RawImage): RawImage =>
  eachChannel(image, (plane) => {
    let low = 255;
    let high = 0;
    for (let at = 0; at < plane.length; at++) {
      const value = plane[at] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high <= low) return bytes;
    const scale = 255 / (high - low);
    const offset = -low * scale;
    return bytes.map((value) => Math.min(255, Math.max(0, Math.trunc(value * scale + offset))));
  });

/** Makes the bytes of each channel about equally frequent. */
export const equalize = (image: RawImage): RawImage =>
  eachChannel(image, (plane) => {
    const counts = new Uint32Array(256);
    for (let at = 0; at < plane.length; at++) {
      const value = plane[at] ?? 0;
      counts[value] = (counts[value] ?? 0) + 1;
    }
    const used = counts.filter((count) => count > 0);
    const step = Math.floor((plane.length - (used.at(-1) ?? 0)) / 255);
    if (used.length <= 1 || step === 0) return bytes;
    let sum = Math.floor(step / 2);
    return bytes.map((value) => {
      const level = Math.min(255, Math.floor(sum / step));
      sum += counts[value] ?? 0;
      return level;
    });
  });

function eachChannel(image: RawImage, tableOf: (plane: Uint8Array) => Uint8Array): RawImage {
  const size = image.height * image.width;
  const data = new Uint8Array(image.data.length);
  for (let start = 0; start < data.length; start += size) {
    const plane = image.data.subarray(start, start + size);
    const table = tableOf(plane);
    for (let at = 0; at < size; at++) data[start + at] = table[plane[at] ?? 0] ?? 0;
  }
  return { ...image, data };
}
