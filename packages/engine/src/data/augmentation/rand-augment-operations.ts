/** @file The operations of RandAugment and their strength by magnitude, as timm's auto_augment.py has them. */
import type { Random } from '../../random/index.js';
import {
  autocontrast,
  brightness,
  contrast,
  equalize,
  type Fill,
  invert,
  posterize,
  rotate,
  saturation,
  sharpness,
  shearX,
  shearY,
  solarize,
  solarizeAdd,
  type TransformFilter,
  translate,
} from '../image/index.js';
import type { RawImage } from '../raw-image.js';

interface Surroundings {
  readonly filter: TransformFilter;
  readonly fill: Fill;
}

export interface RandAugmentOperation {
  /**
   * What `change` is given at a level of 0 … 1 (timm's magnitude by ten, which `mmax` can let go up to 3); `sign` is 1 or
   * −1, each half of the time, for what goes both ways.
   */
  argument(level: number, sign: number): number;
  change(image: RawImage, argument: number, surroundings: Surroundings): RawImage;
}

/** An enhancement that goes away from the image to either side as the level grows. */
const awayFromOne = (level: number, sign: number) => Math.max(0.1, 1 + sign * (level * 0.9));
/** From almost nothing (0.1) to much (1.9). */
const fromLittleToMuch = (level: number) => level * 1.8 + 0.1;
const bits = (level: number) => Math.trunc(level * 4);
const threshold = (level: number) => Math.min(256, Math.trunc(level * 256));
const nothing = () => 0;

const always = {
  AutoContrast: { argument: nothing, change: autocontrast },
  Equalize: { argument: nothing, change: equalize },
  Invert: { argument: nothing, change: invert },
  Rotate: {
    argument: (level, sign) => sign * (level * 30),
    change: (image, degrees, { filter, fill }) => rotate(image, degrees, filter, fill),
  },
  SolarizeAdd: { argument: (level) => Math.min(128, Math.trunc(level * 110)), change: solarizeAdd },
  ShearX: {
    argument: (level, sign) => sign * (level * 0.3),
    change: (image, factor, { filter, fill }) => shearX(image, factor, filter, fill),
  },
  ShearY: {
    argument: (level, sign) => sign * (level * 0.3),
    change: (image, factor, { filter, fill }) => shearY(image, factor, filter, fill),
  },
  TranslateXRel: {
    argument: (level, sign) => sign * (level * 0.45),
    change: (image, share, { filter, fill }) => translate(image, { right: share * image.width, down: 0 }, filter, fill),
  },
  TranslateYRel: {
    argument: (level, sign) => sign * (level * 0.45),
    change: (image, share, { filter, fill }) =>
      translate(image, { right: 0, down: share * image.height }, filter, fill),
  },
} as const satisfies Record<string, RandAugmentOperation>;

/** timm's `inc0`: posterize, solarize and the enhancements grow weaker, or pass the image by, as the magnitude grows. */
export const plainOperations: Readonly<Record<string, RandAugmentOperation>> = {
  ...always,
  Posterize: { argument: bits, change: posterize },
  Solarize: { argument: threshold, change: solarize },
  Color: { argument: fromLittleToMuch, change: saturation },
  Contrast: { argument: fromLittleToMuch, change: contrast },
  Brightness: { argument: fromLittleToMuch, change: brightness },
  Sharpness: { argument: fromLittleToMuch, change: sharpness },
};

/** timm's `inc1`: everything grows stronger with the magnitude. */
export const increasingOperations: Readonly<Record<string, RandAugmentOperation>> = {
  ...always,
  PosterizeIncreasing: { argument: (level) => 4 - bits(level), change: posterize },
  SolarizeIncreasing: { argument: (level) => 256 - threshold(level), change: solarize },
  ColorIncreasing: { argument: awayFromOne, change: saturation },
  ContrastIncreasing: { argument: awayFromOne, change: contrast },
  BrightnessIncreasing: { argument: awayFromOne, change: brightness },
  SharpnessIncreasing: { argument: awayFromOne, change: sharpness },
};

/** Either direction, each half of the time. */
export const randomSign = (random: Random): number => (random.uniform() < 0.5 ? -1 : 1);
