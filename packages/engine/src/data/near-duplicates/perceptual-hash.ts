import type { RawImage } from '../raw-image.js';

const SIDE = 32;
const FREQUENCIES = 9;
/** Images whose luma varies by less than this (standard deviation, of 255) have no shape to compare. */
const FLAT = 4;

/** cos((2x + 1)·u·π / 64) for u < 9, x < 32: the rows of a DCT-II of 32 values. */
const COSINES = Float64Array.from({ length: FREQUENCIES * SIDE }, (_, at) => {
  const [u, x] = [Math.floor(at / SIDE), at % SIDE];
  return Math.cos(((2 * x + 1) * u * Math.PI) / (2 * SIDE));
});

/** The 64 lowest frequencies after the mean, by their sum of indices, then by row. */
const ZIGZAG: readonly number[] = Array.from({ length: FREQUENCIES * FREQUENCIES }, (_, at) => at)
  .filter((at) => at > 0)
  .sort((a, b) => diagonal(a) - diagonal(b) || a - b)
  .slice(0, 64);

function diagonal(at: number): number {
  return Math.floor(at / FREQUENCIES) + (at % FREQUENCIES);
}

/** Side of the miniature that candidates are compared by. */
const MINIATURE = 16;

export interface Fingerprint {
  /** The high and the low 32 bits of the perceptual hash. */
  readonly hash: readonly [number, number];
  /** The luma averaged to 16×16. */
  readonly miniature: Uint8Array;
}

/**
 * A 64-bit perceptual hash of an image (Zauner, 'Implementation and Benchmarking of Perceptual Image Hash Functions',
 * 2010, §3.2.1): the luma averaged to 32×32, its DCT's 64 lowest frequencies after the mean, each bit whether one lies
 * above their median. Resizing, recompressing and changing the brightness turn few bits; other images about half.
 *
 * @returns the hash and a miniature, or null for an image of one flat colour, which has no shape
 */
export function fingerprint(image: RawImage): Fingerprint | null {
  const small = averageLuma(image);
  const mean = small.reduce((sum, value) => sum + value, 0) / small.length;
  const variance = small.reduce((sum, value) => sum + (value - mean) ** 2, 0) / small.length;
  if (variance < FLAT * FLAT) return null;
  const rows = new Float64Array(SIDE * FREQUENCIES);
  for (let y = 0; y < SIDE; y++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += (small[y * SIDE + x] ?? 0) * (COSINES[u * SIDE + x] ?? 0);
      rows[y * FREQUENCIES + u] = sum;
    }
  }
  const coefficients = ZIGZAG.map((at) => {
    const [v, u] = [Math.floor(at / FREQUENCIES), at % FREQUENCIES];
    let sum = 0;
    for (let y = 0; y < SIDE; y++) sum += (rows[y * FREQUENCIES + u] ?? 0) * (COSINES[v * SIDE + y] ?? 0);
    return sum;
  });
  const sorted = Float64Array.from(coefficients).sort();
  const median = ((sorted[31] ?? 0) + (sorted[32] ?? 0)) / 2;
  const word = (from: number) => {
    let bits = 0;
    for (const value of coefficients.slice(from, from + 32)) bits = (bits << 1) | (value > median ? 1 : 0);
    return bits >>> 0;
  };
  return { hash: [word(0), word(32)], miniature: halve(small) };
}

function halve(small: Float64Array): Uint8Array {
  return Uint8Array.from({ length: MINIATURE * MINIATURE }, (_, at) => {
    const corner = Math.floor(at / MINIATURE) * 2 * SIDE + (at % MINIATURE) * 2;
    const sum = [0, 1, SIDE, SIDE + 1].reduce((total, step) => total + (small[corner + step] ?? 0), 0);
    return Math.round(sum / 4);
  });
}

/** Pearson's correlation of two miniatures, −1 to 1: blind to brightness and contrast. */
export function correlation(a: Uint8Array, b: Uint8Array): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0];
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const n = a.length;
  const scale = Math.sqrt((n * squaresA - sumA * sumA) * (n * squaresB - sumB * sumB));
  return scale === 0 ? 0 : (n * products - sumA * sumB) / scale;
}

/** The luma (ITU-R 601) as means over a grid of 32×32 cells; a pixel on a border counts by its share. */
function averageLuma({ channels, height, width, data }: RawImage): Float64Array {
  const plane = height * width;
  const columns = new Float64Array(height * SIDE);
  const across = cells(width);
  for (let y = 0; y < height; y++) {
    for (let cell = 0; cell < SIDE; cell++) {
      let sum = 0;
      for (const { at, share } of across[cell] ?? []) {
        const pixel = y * width + at;
        const luma =
          channels === 1
            ? (data[pixel] ?? 0)
            : 0.299 * (data[pixel] ?? 0) + 0.587 * (data[plane + pixel] ?? 0) + 0.114 * (data[2 * plane + pixel] ?? 0);
        sum += share * luma;
      }
      columns[y * SIDE + cell] = sum;
    }
  }
  const result = new Float64Array(SIDE * SIDE);
  for (const [row, down] of cells(height).entries()) {
    for (let cell = 0; cell < SIDE; cell++) {
      let sum = 0;
      for (const { at, share } of down) sum += share * (columns[at * SIDE + cell] ?? 0);
      result[row * SIDE + cell] = sum;
    }
  }
  return result;
}

/** For each of 32 equal cells of a line of pixels: which pixels it covers, and by which share; shares add up to 1. */
function cells(length: number): readonly (readonly { readonly at: number; readonly share: number }[])[] {
  const size = length / SIDE;
  return Array.from({ length: SIDE }, (_, cell) => {
    const [start, end] = [cell * size, (cell + 1) * size];
    const covered = [];
    for (let at = Math.floor(start); at < Math.min(length, Math.ceil(end)); at++) {
      const share = (Math.min(end, at + 1) - Math.max(start, at)) / size;
      if (share > 0) covered.push({ at, share });
    }
    return covered;
  });
}
