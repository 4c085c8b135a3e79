import type { RawImage } from '../../data/raw-image.js';

/** The bytes of an image as numbers in [0, 1], [c, h, w]. */
export function unitValues({ data }: RawImage): Float64Array {
  const values = new Float64Array(data.length);
  for (let at = 0; at < data.length; at++) values[at] = (data[at] ?? 0) / 255;
  return values;
}

/** Numbers in [0, 1] (others are clipped) as an image of bytes, cut off below as `numpy.uint8(x * 255)` does. */
export function cutToBytes({ channels, height, width }: Omit<RawImage, 'data'>, values: Float64Array): RawImage {
  return { channels, height, width, data: bytesOf(values, 255) };
}

/** Numbers in [0, 255] (others are clipped) as an image of bytes, cut off below. */
export function greysToImage({ channels, height, width }: Omit<RawImage, 'data'>, values: Float64Array): RawImage {
  return { channels, height, width, data: bytesOf(values, 1) };
}

/** A whole number that arithmetic left a hair too low is not cut to the one below. */
const HAIR = 1e-7;

function bytesOf(values: Float64Array, scale: number): Uint8Array {
  const data = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const value = (values[at] ?? 0) * scale + HAIR;
    data[at] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
  return data;
}

/** A new image whose every value in [0, 1] is a function of the old one, clipped and cut to a byte. */
export function mapUnitValues(image: RawImage, change: (value: number) => number): RawImage {
  return cutToBytes(image, unitValues(image).map(change));
}

/** Does the same to each channel; the planes of `values` are shared memory, the result is new. */
export function eachPlane(
  { channels, height, width }: Omit<RawImage, 'data'>,
  values: Float64Array,
  change: (plane: Float64Array) => Float64Array,
): Float64Array {
  const plane = height * width;
  const result = new Float64Array(values.length);
  for (let channel = 0; channel < channels; channel++) {
    result.set(change(values.subarray(channel * plane, (channel + 1) * plane)), channel * plane);
  }
  return result;
}
