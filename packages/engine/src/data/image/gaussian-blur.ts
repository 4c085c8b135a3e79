import type { RawImage } from '../raw-image.js';

const PASSES = 3;
const FRACTION = 2 ** 24;

/**
 * Pillow's GaussianBlur, which DeiT III, MoCo v3 and Self-Soup use: three box blurs whose fractional width gives the wanted
 * deviation (Gwosdek, Grewenig, Bruhn, Weickert, "Theoretical foundations of Gaussian convolution by extended box
 * filtering", 2011), in integers of 24 fractional bits, a byte after each pass. The border is repeated outwards.
 *
 * @param sigma the deviation in pixels, ≥ 0; Pillow calls it the radius
 */
export function gaussianBlur(image: RawImage, sigma: number): RawImage {
  const radius = boxRadius(sigma);
  if (radius === 0) return image;
  const { channels, height, width } = image;
  let rows = image.data;
  for (let pass = 0; pass < PASSES; pass++) rows = boxBlur(rows, width, radius);
  let columns = transposed(rows, channels, height, width);
  for (let pass = 0; pass < PASSES; pass++) columns = boxBlur(columns, height, radius);
  return { ...image, data: transposed(columns, channels, width, height) };
}

function boxRadius(sigma: number): number {
  const f32 = Math.fround;
  const variance = f32(f32(f32(sigma) * f32(sigma)) / PASSES);
  const length = f32(Math.sqrt(12 * variance + 1));
  const whole = Math.floor((length - 1) / 2);
  const part = f32(f32(2 * whole + 1) * f32(f32(whole * (whole + 1)) - f32(3 * variance)));
  return f32(whole + f32(part / f32(6 * f32(variance - (whole + 1) * (whole + 1)))));
}

/** One pass over rows of `length` bytes. */
function boxBlur(data: Uint8Array, length: number, radius: number): Uint8Array {
  const whole = Math.trunc(radius);
  const inner = Math.trunc(Math.fround(FRACTION / Math.fround(Math.fround(radius * 2) + 1)));
  const outer = Math.floor((FRACTION - (whole * 2 + 1) * inner) / 2);
  const last = length - 1;
  const result = new Uint8Array(data.length);
  // One row with its ends repeated outwards, so that the loop has no edges.
  const reach = whole + 1;
  const row = new Uint8Array(length + 2 * reach);
  for (let start = 0; start < data.length; start += length) {
    row.set(data.subarray(start, start + length), reach);
    row.fill(data[start] ?? 0, 0, reach);
    row.fill(data[start + last] ?? 0, reach + length);
    let sum = 0;
    for (let x = 0; x < 2 * whole + 1; x++) sum += row[x] ?? 0;
    for (let x = 0; x < length; x++) {
      const leaving = row[x] ?? 0;
      sum += (row[x + 2 * whole + 1] ?? 0) - leaving;
      const value = sum * inner + (leaving + (row[x + 2 * whole + 2] ?? 0)) * outer;
      result[start + x] = (value + FRACTION / 2) / FRACTION;
    }
  }
  return result;
}

function transposed(data: Uint8Array, channels: number, height: number, width: number): Uint8Array {
  const result = new Uint8Array(data.length);
  const plane = height * width;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        result[channel * plane + x * height + y] = data[channel * plane + y * width + x] ?? 0;
      }
    }
  }
  return result;
}
