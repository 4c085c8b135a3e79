import { type Random, uniformBetween } from '../../random/index.js';

export interface Erasing {
  /** How likely an image loses a rectangle, 0 … 1. */
  readonly probability: number;
  /** What takes its place: the mean colour (0, Cutout), or a normal number for each value. */
  readonly with: 'mean' | 'noise';
}

const AREA = [0.02, 1 / 3] as const;
const LOG_RATIO = [Math.log(0.3), Math.log(1 / 0.3)] as const;
const TRIES = 10;

/**
 * Random erasing (Zhong, Zheng, Kang, Li, Yang, 2017) as timm does it to normalised images, in place: one rectangle of 2 % to a
 * third of the area, its ratio log-uniform in 0.3 … 3.3; an image for which ten draws do not fit is left whole.
 *
 * @param image normalised values [channels, height, width]
 */
export function eraseRandomly(
  image: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  random: Random,
  erasing: Erasing,
): void {
  if (random.uniform() >= erasing.probability) return;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const area = uniformBetween(random, ...AREA) * height * width;
    const ratio = Math.exp(uniformBetween(random, ...LOG_RATIO));
    const high = Math.round(Math.sqrt(area * ratio));
    const wide = Math.round(Math.sqrt(area / ratio));
    if (high >= height || wide >= width) continue;
    const top = random.integer(height - high + 1);
    const left = random.integer(width - wide + 1);
    for (let channel = 0; channel < channels; channel++) {
      for (let y = top; y < top + high; y++) {
        const row = (channel * height + y) * width + left;
        for (let at = row; at < row + wide; at++) image[at] = erasing.with === 'noise' ? random.normal() : 0;
      }
    }
    return;
  }
}
