/**
 * @file Mixup (Zhang, Cisse, Dauphin, Lopez-Paz, 2017) and CutMix (Yun and others, 2019) as timm's Mixup does them in its
 * mode 'batch': one share for the whole batch; image i is mixed with image n−1−i, so that a batch needs no second one. As
 * the order of an epoch is random, so is who meets whom.
 */
import { beta, type Random } from '../../random/index.js';

export interface Mixing {
  /** Parameter of the Beta distribution of mixup's share; 0 for no mixup. */
  readonly mixup: number;
  /** The same for CutMix. */
  readonly cutmix: number;
  /** How likely CutMix is where both are wanted; timm's 0.5 when left out. */
  readonly switchProbability?: number;
  /** How likely a batch is mixed at all; 1 when left out. */
  readonly probability?: number;
}

export interface CutmixBox {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** What one batch is mixed by: the share that each image keeps, and for CutMix the box that it does not keep. */
export interface MixingDraw {
  readonly share: number;
  readonly box: CutmixBox | null;
}

/** Draws for one batch; null where it stays as it is. `random` is keyed by (seed, epoch, step of the epoch). */
export function drawMixing(
  random: Random,
  { mixup, cutmix, switchProbability = 0.5, probability = 1 }: Mixing,
  [height, width]: readonly [number, number],
): MixingDraw | null {
  if ((mixup === 0 && cutmix === 0) || random.uniform() >= probability) return null;
  const cut = cutmix > 0 && (mixup === 0 || random.uniform() < switchProbability);
  const alpha = cut ? cutmix : mixup;
  const share = beta(random, alpha, alpha);
  if (!cut) return { share, box: null };
  const box = randomBox(random, height, width, share);
  // What the border cut off of the box is kept of the image, so the labels must say so too.
  return { share: 1 - (box.height * box.width) / (height * width), box };
}

/** A box of (1 − share) of the area about a uniform point, cut at the border. */
function randomBox(random: Random, height: number, width: number, share: number): CutmixBox {
  const side = Math.sqrt(1 - share);
  const high = Math.trunc(height * side);
  const wide = Math.trunc(width * side);
  const y = random.integer(height);
  const x = random.integer(width);
  const top = Math.max(0, y - Math.floor(high / 2));
  const left = Math.max(0, x - Math.floor(wide / 2));
  const bottom = Math.min(height, y + Math.floor((high + 1) / 2));
  const right = Math.min(width, x + Math.floor((wide + 1) / 2));
  return { top, left, height: bottom - top, width: right - left };
}

/**
 * Mixes a batch in place.
 *
 * @param images normalised values [batch, channels, height, width]
 */
export function mixImages(
  images: Float32Array,
  [batch, channels, height, width]: readonly [number, number, number, number],
  { share, box }: MixingDraw,
): void {
  const size = channels * height * width;
  const half = Math.ceil(batch / 2);
  for (let image = 0; image < half; image++) {
    const one = images.subarray(image * size, (image + 1) * size);
    const other = images.subarray((batch - 1 - image) * size, (batch - image) * size);
    if (box === null) blendPair(one, other, share);
    else exchange(one, other, channels, height, width, box);
  }
}

function blendPair(one: Float32Array, other: Float32Array, share: number): void {
  // torch multiplies f32 by f32: its sum is rounded after each operation, and so is this one.
  const kept = Math.fround(share);
  const given = Math.fround(1 - share);
  for (let at = 0; at < one.length; at++) {
    const a = one[at] ?? 0;
    const b = other[at] ?? 0;
    one[at] = Math.fround(a * kept) + Math.fround(b * given);
    other[at] = Math.fround(b * kept) + Math.fround(a * given);
  }
}

function exchange(
  one: Float32Array,
  other: Float32Array,
  channels: number,
  height: number,
  width: number,
  box: CutmixBox,
): void {
  for (let channel = 0; channel < channels; channel++) {
    for (let y = box.top; y < box.top + box.height; y++) {
      const row = (channel * height + y) * width + box.left;
      const kept = one.slice(row, row + box.width);
      one.set(other.subarray(row, row + box.width), row);
      other.set(kept, row);
    }
  }
}

/**
 * The targets of a mixed batch. Label smoothing belongs into `targets`, before they are mixed, and not into the loss once
 * more (Stockpot's science notes, §6.2).
 *
 * @param targets distributions [batch, classes] of the labels
 * @returns the mixed ones, in the same layout
 */
export function mixTargets(targets: Float32Array, classes: number, { share }: MixingDraw): Float32Array<ArrayBuffer> {
  const batch = targets.length / classes;
  const mixed = new Float32Array(targets.length);
  for (let row = 0; row < batch; row++) {
    const other = (batch - 1 - row) * classes;
    for (let at = 0; at < classes; at++) {
      const own = targets[row * classes + at] ?? 0;
      mixed[row * classes + at] = own * share + (targets[other + at] ?? 0) * (1 - share);
    }
  }
  return mixed;
}
