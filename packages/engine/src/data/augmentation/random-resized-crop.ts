import { type Random, uniformBetween } from '../../random/index.js';
import { crop, type Rectangle, resize, type Size } from '../image/index.js';
import type { Interpolation } from '../preprocessing.js';
import type { Operation } from './pipeline.js';

export interface RandomResizedCropOptions {
  /** The part of the area that is kept: least and most, in 0 … 1. */
  readonly scale: readonly [number, number];
  /** Width by height: least and most. */
  readonly ratio?: readonly [number, number];
  readonly interpolation: Interpolation;
}

const RATIO = [3 / 4, 4 / 3] as const;
const TRIES = 10;

/** Cuts a random part out and resizes it: torchvision's RandomResizedCrop. */
export function randomResizedCrop({ scale, ratio = RATIO, interpolation }: RandomResizedCropOptions): Operation {
  return (image, random, { size }) => resize(crop(image, randomCrop(random, image, scale, ratio)), size, interpolation);
}

/**
 * A part of an image: its area uniform in `scale`, its aspect ratio log-uniform in `ratio`, its place uniform. After ten
 * draws that do not fit, the middle of the image, cut to the nearest ratio that is allowed.
 */
export function randomCrop(
  random: Random,
  { height, width }: Size,
  scale: readonly [number, number],
  ratio: readonly [number, number],
): Rectangle {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const area = height * width * uniformBetween(random, ...scale);
    const aspect = Math.exp(uniformBetween(random, Math.log(ratio[0]), Math.log(ratio[1])));
    const wide = Math.round(Math.sqrt(area * aspect));
    const high = Math.round(Math.sqrt(area / aspect));
    if (wide < 1 || wide > width || high < 1 || high > height) continue;
    const top = random.integer(height - high + 1);
    return { top, left: random.integer(width - wide + 1), height: high, width: wide };
  }
  const whole = width / height;
  const wide = whole > ratio[1] ? Math.round(height * ratio[1]) : width;
  const high = whole < ratio[0] ? Math.round(width / ratio[0]) : height;
  return { top: Math.floor((height - high) / 2), left: Math.floor((width - wide) / 2), height: high, width: wide };
}
