import type { Random } from '../random/index.js';
import { type Augmentation, augmentationOf, type Erasing, eraseRandomly } from './augmentation/index.js';
import { normalisationTable, type Preprocessing } from './preprocessing.js';
import type { RawImage } from './raw-image.js';
import { testTransform } from './transforms/index.js';

/** What is made of each image: one of the augmentations, at a size. */
export interface ViewOptions {
  /** A word of a recipe: `three-augment`, `lejepa-local`, `rand-m9-mstd0.5-inc1`. */
  readonly augmentation: string;
  /** [c, h, w] that the model takes. */
  readonly image: readonly [number, number, number];
  readonly normalise: Preprocessing;
  /** Rectangles that the normalised image loses; none when left out. */
  readonly erasing?: Erasing;
}

/** Makes one view of one image. All randomness comes from `random`, which belongs to this image, epoch and view. */
export type ViewMaker = (image: RawImage, random: Random, target: Float32Array) => void;

/**
 * Prepares to make views: from a decoded image of any size to normalised values [c, h, w] in `target`.
 *
 * @throws {DatasetError} for an augmentation that is none, RangeError for another number of channels.
 */
export function viewMaker({ augmentation: word, image: shape, normalise, erasing }: ViewOptions): ViewMaker {
  const [channels, height, width] = shape;
  const augmentation = augmentationOf(word);
  const table = normalisationTable(normalise, channels);
  const fill = normalise.mean.map((mean) => Math.min(255, Math.round(255 * mean)));
  const size = { height, width };
  const make = (image: RawImage, random: Random, target: Float32Array) => {
    if (augmentation.kind === 'whole') {
      normaliseInto(augmentation.pipeline(image, random, { size, fill }), table, target);
      return;
    }
    const tested = testTransform(image, normalise, size);
    if (augmentation.kind === 'warp') warpInto(tested, augmentation, shape, normalise, random, target);
    else if (augmentation.kind === 'test') normaliseInto(tested, table, target);
    else normaliseInto(augmentation.pipeline(tested, random, { size, fill }), table, target);
  };
  return (image, random, target) => {
    if (image.channels !== channels) {
      throw new RangeError(`An image of ${image.channels} channels came to a model that takes ${channels}.`);
    }
    make(image, random, target);
    if (erasing !== undefined) eraseRandomly(target, shape, random.fork('erase'), erasing);
  };
}

function normaliseInto({ data, height, width }: RawImage, table: Float32Array, target: Float32Array): void {
  const plane = height * width;
  for (let start = 0, offset = 0; start < data.length; start += plane, offset += 256) {
    for (let at = start; at < start + plane; at++) target[at] = table[offset + (data[at] ?? 0)] ?? 0;
  }
}

/** The older augmentations give f64 between the bytes, which is normalised without a rounding in between. */
function warpInto(
  { data }: RawImage,
  { augment }: Extract<Augmentation, { kind: 'warp' }>,
  shape: readonly [number, number, number],
  { mean, std }: Preprocessing,
  random: Random,
  target: Float32Array,
): void {
  const [channels, height, width] = shape;
  const changed = new Float64Array(data.length);
  augment(data, shape, random, changed);
  const plane = height * width;
  for (let channel = 0; channel < channels; channel++) {
    const average = mean[channel] ?? 0;
    const deviation = std[channel] ?? 1;
    for (let at = channel * plane; at < (channel + 1) * plane; at++) {
      target[at] = ((changed[at] ?? 0) / 255 - average) / deviation;
    }
  }
}
