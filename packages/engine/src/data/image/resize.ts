/**
 * @file Resizing as Pillow does it (`Resample.c`), which is also what torchvision and timm do to images from files: a
 * filter that widens when the image shrinks (antialiasing), weights as integers of 22 fractional bits, first along the
 * rows, then along the columns, rounded to a byte after each. The sums are of integers, so every machine gives the same
 * bytes. Pillow up to 12 gives these very bytes; Pillow 13 takes the columns first where that is less work, and is then off
 * by a grey level here and there (by four at most on the images of noise that were tried).
 */
import type { Interpolation } from '../preprocessing.js';
import type { RawImage } from '../raw-image.js';
import type { Size } from './size.js';

interface Filter {
  /** Distance from the centre beyond which the filter is 0, in pixels of the larger of source and result. */
  readonly support: number;
  at(distance: number): number;
}

const triangle: Filter = { support: 1, at: (distance) => Math.max(0, 1 - Math.abs(distance)) };

/** Keys' cubic with a = −1/2 (torch's own bicubic has −3/4; Pillow, and so every training recipe, this). */
const cubic: Filter = {
  support: 2,
  at(distance) {
    const a = -0.5;
    const x = Math.abs(distance);
    if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
    return 0;
  },
};

/** Pillow's BOX: the mean of the pixels that a pixel of the result covers, the nearest one where the image grows. */
const box: Filter = { support: 0.5, at: (distance) => (distance > -0.5 && distance <= 0.5 ? 1 : 0) };

const FRACTION_BITS = 22;
const ONE = 1 << FRACTION_BITS;
const HALF = 1 << (FRACTION_BITS - 1);

/** Resizes to `size`, the aspect ratio be what it may. The image itself when it has the size already. */
export function resize(image: RawImage, size: Size, interpolation: Interpolation): RawImage {
  if (interpolation === 'nearest') return nearest(image, size);
  return resample(image, size, interpolation === 'bicubic' ? cubic : triangle);
}

/** Resizes to `size` by the mean over boxes. */
export function resizeByBox(image: RawImage, size: Size): RawImage {
  return resample(image, size, box);
}

function resample(image: RawImage, size: Size, filter: Filter): RawImage {
  const wide = size.width === image.width ? image : alongRows(image, size.width, filter);
  return size.height === wide.height ? wide : alongColumns(wide, size.height, filter);
}

interface Weights {
  /** First source pixel of each pixel of the result. */
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** [result, span], of which the first `count` are used. */
  readonly weights: Int32Array;
  readonly span: number;
}

const clamp = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value);

/** Source and result sizes of a training come again and again: the weights of the last ones are kept. */
const kept = new Map<string, Weights>();
const KEPT_MOST = 64;

function weightsFor(source: number, result: number, filter: Filter): Weights {
  const key = `${source} ${result} ${filter.support}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const scale = source / result;
  const widened = Math.max(1, scale);
  const support = filter.support * widened;
  const span = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(result);
  const count = new Int32Array(result);
  const weights = new Int32Array(result * span);
  const exact = new Float64Array(span);
  for (let at = 0; at < result; at++) {
    const centre = (at + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - support + 0.5));
    const n = Math.min(source, Math.trunc(centre + support + 0.5)) - from;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const weight = filter.at((from + i - centre + 0.5) * (1 / widened));
      exact[i] = weight;
      sum += weight;
    }
    for (let i = 0; i < n; i++) {
      const weight = (exact[i] ?? 0) / sum;
      weights[at * span + i] = Math.trunc(weight * ONE + (weight < 0 ? -0.5 : 0.5));
    }
    first[at] = from;
    count[at] = n;
  }
  const made = { first, count, weights, span };
  if (kept.size === KEPT_MOST) kept.clear();
  kept.set(key, made);
  return made;
}

function alongRows({ channels, height, width, data }: RawImage, result: number, filter: Filter): RawImage {
  const { first, count, weights, span } = weightsFor(width, result, filter);
  const rows = channels * height;
  const resized = new Uint8Array(rows * result);
  for (let row = 0; row < rows; row++) {
    const source = row * width;
    for (let x = 0; x < result; x++) {
      const from = source + (first[x] ?? 0);
      const n = count[x] ?? 0;
      const base = x * span;
      let sum = HALF;
      for (let i = 0; i < n; i++) sum += (data[from + i] ?? 0) * (weights[base + i] ?? 0);
      resized[row * result + x] = clamp(sum >> FRACTION_BITS);
    }
  }
  return { channels, height, width: result, data: resized };
}

function alongColumns({ channels, height, width, data }: RawImage, result: number, filter: Filter): RawImage {
  const { first, count, weights, span } = weightsFor(height, result, filter);
  const resized = new Uint8Array(channels * result * width);
  const sums = new Int32Array(width);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < result; y++) {
      sums.fill(HALF);
      const top = channel * height + (first[y] ?? 0);
      const n = count[y] ?? 0;
      for (let i = 0; i < n; i++) {
        const weight = weights[y * span + i] ?? 0;
        const source = (top + i) * width;
        for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) + (data[source + x] ?? 0) * weight;
      }
      const target = (channel * result + y) * width;
      for (let x = 0; x < width; x++) resized[target + x] = clamp((sums[x] ?? 0) >> FRACTION_BITS);
    }
  }
  return { channels, height: result, width, data: resized };
}

function nearest(image: RawImage, size: Size): RawImage {
  const { channels, height, width, data } = image;
  if (size.height === height && size.width === width) return image;
  const resized = new Uint8Array(channels * size.height * size.width);
  let target = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < size.height; y++) {
      const row = (channel * height + Math.floor(((y + 0.5) * height) / size.height)) * width;
      for (let x = 0; x < size.width; x++) {
        resized[target++] = data[row + Math.floor(((x + 0.5) * width) / size.width)] ?? 0;
      }
    }
  }
  return { channels, ...size, data: resized };
}
