import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { preprocessing } from '../preprocessing.js';
import type { RawImage } from '../raw-image.js';
import {
  autocontrast,
  brightness,
  centreCrop,
  contrast,
  crop,
  equalize,
  flipHorizontally,
  gaussianBlur,
  grayscale,
  hue,
  invert,
  posterize,
  resize,
  rotate,
  saturation,
  sharpness,
  shearX,
  shearY,
  solarize,
  solarizeAdd,
  translate,
} from './index.js';
import { lookUp } from './lookup.js';

const rawImage = z
  .object({ channels: z.int(), height: z.int(), width: z.int(), bytes: z.base64() })
  .transform(({ bytes, ...shape }): RawImage => ({ ...shape, data: new Uint8Array(Buffer.from(bytes, 'base64')) }));
const floats = z
  .object({ shape: z.array(z.int()), f32: z.base64() })
  .transform(({ f32 }) => new Float32Array(new Uint8Array(Buffer.from(f32, 'base64')).buffer));
const pair = z.tuple([z.number(), z.number()]);
const box = z.object({ top: z.int(), left: z.int(), height: z.int(), width: z.int() });

/** What test/oracles/engine/augmentations.py computed. */
export const oracle = z
  .object({
    versions: z.object({ timm: z.string() }),
    pillow: z.string(),
    torchvision: z.string(),
    fill: z.array(z.int()),
    images: z.array(z.object({ name: z.string(), image: rawImage, expected: z.record(z.string(), rawImage) })),
    levels: z.record(z.string(), z.record(z.string(), z.number().nullable())),
    crops: z.array(
      z.object({
        size: pair,
        scale: pair,
        ratio: pair,
        mean: z.array(z.number()),
        deviation: z.array(z.number()),
      }),
    ),
    transforms: z.array(z.object({ name: z.string(), image: rawImage, preprocessing, expected: floats })),
    mixing: z.object({
      images: floats,
      labels: z.array(z.int()),
      classes: z.int(),
      smoothing: z.number(),
      cases: z.array(
        z.object({ name: z.string(), share: z.number(), box: box.optional(), expected: floats, targets: floats }),
      ),
    }),
  })
  .parse(JSON.parse(readFileSync(new URL('../fixtures/augmentations.json', import.meta.url), 'utf8')));

const { fill } = oracle;
const filterOf = (word: string | undefined) => (word === 'bicubic' ? 'bicubic' : 'bilinear');
const n = Number;

/** The operations under the names that the oracle gives them, with the words that follow a name as arguments. */
export const operations: Readonly<Record<string, (image: RawImage, words: readonly string[]) => RawImage>> = {
  resize: (image, [filter, height, width]) =>
    resize(image, { height: n(height), width: n(width) }, filter === 'nearest' ? 'nearest' : filterOf(filter)),
  'centre-crop': (image, [height, width]) => centreCrop(image, { height: n(height), width: n(width) }),
  crop: (image, [top, left, height, width]) =>
    crop(image, { top: n(top), left: n(left), height: n(height), width: n(width) }),
  flip: flipHorizontally,
  brightness: (image, [factor]) => brightness(image, n(factor)),
  contrast: (image, [factor]) => contrast(image, n(factor)),
  saturation: (image, [factor]) => saturation(image, n(factor)),
  sharpness: (image, [factor]) => sharpness(image, n(factor)),
  hue: (image, [turn]) => hue(image, n(turn)),
  grayscale,
  'gaussian-blur': (image, [sigma]) => gaussianBlur(image, n(sigma)),
  solarize: (image, [threshold]) => solarize(image, n(threshold)),
  'solarize-add': (image, [addend]) => solarizeAdd(image, n(addend)),
  posterize: (image, [bits]) => posterize(image, n(bits)),
  equalize,
  autocontrast: (image) =>
    autocontrast(
      lookUp(
        image,
        Uint8Array.from({ length: 256 }, (_, value) => (value >> 1) + 40),
      ),
    ),
  invert,
  rotate: (image, [degrees, filter]) => rotate(image, n(degrees), filterOf(filter), fill),
  'shear-x': (image, [factor, filter]) => shearX(image, n(factor), filterOf(filter), fill),
  'shear-y': (image, [factor, filter]) => shearY(image, n(factor), filterOf(filter), fill),
  'translate-x': (image, [share, filter]) =>
    translate(image, { right: n(share) * image.width, down: 0 }, filterOf(filter), fill),
  'translate-y': (image, [share, filter]) =>
    translate(image, { right: 0, down: n(share) * image.height }, filterOf(filter), fill),
};

/** Share of the bytes that differ by more than one grey level; 1 for an image of another shape. */
export function differing(found: RawImage, expected: RawImage): number {
  const shape = ({ channels, height, width }: RawImage) => [channels, height, width].join();
  if (shape(found) !== shape(expected) || found.data.length !== expected.data.length) return 1;
  const far = found.data.filter((value, at) => Math.abs(value - (expected.data[at] ?? 0)) > 1);
  return far.length / found.data.length;
}
