/**
 * @file Affine transforms of whole images as Pillow's Image.transform(AFFINE) and Image.rotate make them: f64, the value
 * cut off to a byte. (`warp.ts` is older, f64 in and out, black outside; the augmentation `affine` stands on it.)
 */
import type { RawImage } from '../raw-image.js';
import type { AffineMap } from '../warp.js';

/** Which pixels a point between them is made of. */
export type TransformFilter = 'bilinear' | 'bicubic';

/** What lies outside the image: a byte a channel. */
export type Fill = readonly number[];

/**
 * The image under a map from points of the result to points of the source; the middle of the first pixel is (½, ½).
 * Within the image's edge its pixels are repeated outwards, beyond lies `fill`.
 */
export function transform(image: RawImage, map: AffineMap, filter: TransformFilter, fill: Fill): RawImage {
  const { channels, height, width, data } = image;
  const plane = height * width;
  const result = new Uint8Array(data.length);
  const sample = filter === 'bicubic' ? bicubic : bilinear;
  const point: Point = { left: 0, top: 0, right: 0, below: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = map.xx * (x + 0.5) + map.xy * (y + 0.5) + map.x0;
      const fromY = map.yx * (x + 0.5) + map.yy * (y + 0.5) + map.y0;
      const at = y * width + x;
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) {
        for (let channel = 0; channel < channels; channel++) result[channel * plane + at] = fill[channel] ?? 0;
        continue;
      }
      point.left = Math.floor(fromX - 0.5);
      point.top = Math.floor(fromY - 0.5);
      point.right = fromX - 0.5 - point.left;
      point.below = fromY - 0.5 - point.top;
      sample(data, image, point, result, at);
    }
  }
  return { ...image, data: result };
}

/** A point between pixels: the pixel to its upper left, which may lie outside, and how far it is from there. */
interface Point {
  left: number;
  top: number;
  right: number;
  below: number;
}

/** Turns the image counter-clockwise about its middle. */
export function rotate(image: RawImage, degrees: number, filter: TransformFilter, fill: Fill): RawImage {
  if (degrees % 360 === 0) return image;
  const angle = (-degrees * Math.PI) / 180;
  // The sine is the one function here that is not exact arithmetic. V8 computes it by code of its own, the same on every
  // machine; rounding to 15 digits, as Pillow does, takes away what is left of doubt.
  const cos = rounded(Math.cos(angle));
  const sin = rounded(Math.sin(angle));
  const { height, width } = image;
  const [centreX, centreY] = [width / 2, height / 2];
  const map = {
    ...{ xx: cos, xy: sin, x0: cos * -centreX + sin * -centreY + centreX },
    ...{ yx: -sin, yy: cos, y0: -sin * -centreX + cos * -centreY + centreY },
  };
  return transform(image, map, filter, fill);
}

/** x' = x + factor·y. */
export const shearX = (image: RawImage, factor: number, filter: TransformFilter, fill: Fill): RawImage =>
  transform(image, { xx: 1, xy: factor, x0: 0, yx: 0, yy: 1, y0: 0 }, filter, fill);

/** y' = y + factor·x. */
export const shearY = (image: RawImage, factor: number, filter: TransformFilter, fill: Fill): RawImage =>
  transform(image, { xx: 1, xy: 0, x0: 0, yx: factor, yy: 1, y0: 0 }, filter, fill);

/** Shows what lies `right` and `down` pixels further: a positive number moves the image to the left, up. */
export const translate = (
  image: RawImage,
  move: { readonly right: number; readonly down: number },
  filter: TransformFilter,
  fill: Fill,
): RawImage => transform(image, { xx: 1, xy: 0, x0: move.right, yx: 0, yy: 1, y0: move.down }, filter, fill);

const rounded = (value: number) => Math.round(value * 1e15) / 1e15;
const within = (at: number, length: number) => (at < 0 ? 0 : at >= length ? length - 1 : at);

function bilinear(
  data: Uint8Array,
  { channels, height, width }: Omit<RawImage, 'data'>,
  { left, top, right, below }: Point,
  result: Uint8Array,
  at: number,
): void {
  const x0 = within(left, width);
  const x1 = within(left + 1, width);
  let upper = within(top, height) * width;
  let lower = within(top + 1, height) * width;
  const plane = height * width;
  for (let channel = 0; channel < channels; channel++, upper += plane, lower += plane) {
    const a = data[upper + x0] ?? 0;
    const b = data[lower + x0] ?? 0;
    const first = a + ((data[upper + x1] ?? 0) - a) * right;
    const second = b + ((data[lower + x1] ?? 0) - b) * right;
    result[channel * plane + at] = first + (second - first) * below;
  }
}

function bicubic(
  data: Uint8Array,
  { channels, height, width }: Omit<RawImage, 'data'>,
  { left, top, right, below }: Point,
  result: Uint8Array,
  at: number,
): void {
  const x0 = within(left - 1, width);
  const x1 = within(left, width);
  const x2 = within(left + 1, width);
  const x3 = within(left + 2, width);
  const y0 = within(top - 1, height) * width;
  const y1 = within(top, height) * width;
  const y2 = within(top + 1, height) * width;
  const y3 = within(top + 2, height) * width;
  const plane = height * width;
  for (let channel = 0, start = 0; channel < channels; channel++, start += plane) {
    const value = cubic(
      alongRow(data, start + y0, x0, x1, x2, x3, right),
      alongRow(data, start + y1, x0, x1, x2, x3, right),
      alongRow(data, start + y2, x0, x1, x2, x3, right),
      alongRow(data, start + y3, x0, x1, x2, x3, right),
      below,
    );
    result[start + at] = value <= 0 ? 0 : value >= 255 ? 255 : value;
  }
}

function alongRow(data: Uint8Array, row: number, x0: number, x1: number, x2: number, x3: number, d: number): number {
  return cubic(data[row + x0] ?? 0, data[row + x1] ?? 0, data[row + x2] ?? 0, data[row + x3] ?? 0, d);
}

/** Keys' cubic with a = −1 through four values, between the second and the third: Pillow's, which is not its resize's. */
function cubic(v1: number, v2: number, v3: number, v4: number, d: number): number {
  const p2 = -v1 + v3;
  const p3 = 2 * (v1 - v2) + v3 - v4;
  const p4 = -v1 + v2 - v3 + v4;
  return v2 + d * (p2 + d * (p3 + d * p4));
}
