/** @file Every augmentation by the word that a recipe has for it. */
import { type AugmentationWord, isAugmentationWord } from '../../recipe/augmentation.js';
import { parseRandAugment } from '../../recipe/rand-augment.js';
import { DatasetError } from '../errors.js';
import { affine } from './affine.js';
import type { Augment } from './augmentation.js';
import { type Pipeline, sequence } from './pipeline.js';
import { randAugmentPipeline } from './rand-augment.js';
import { randomFlip } from './random-flip.js';
import { randomResizedCrop } from './random-resized-crop.js';
import { shift } from './shift.js';
import { threeAugment } from './three-augment.js';
import {
  lejepaGlobal,
  lejepaLocal,
  mae,
  masslFirst,
  masslLocal,
  masslSecond,
  mmcrFirst,
  mmcrSecond,
  mocoV3First,
  mocoV3Second,
} from './views.js';

/**
 * How an image comes to what the model sees.
 *
 * - `test`: as when it is tested, resized and cropped as the model's preprocessing says.
 * - `warp`: so, and then moved with f64 between the pixels; the older ones, for images that have the model's size.
 * - `bytes`: so, and then changed, a byte a value, as Pillow does.
 * - `whole`: from the whole image, of any size, by a crop of its own.
 */
export type Augmentation =
  | { readonly kind: 'test' }
  | { readonly kind: 'warp'; readonly augment: Augment }
  | { readonly kind: 'bytes'; readonly pipeline: Pipeline }
  | { readonly kind: 'whole'; readonly pipeline: Pipeline };

const whole = (pipeline: Pipeline): Augmentation => ({ kind: 'whole', pipeline });

const augmentations: { readonly [Word in AugmentationWord]: Augmentation } = {
  none: { kind: 'test' },
  shift: { kind: 'warp', augment: shift },
  affine: { kind: 'warp', augment: affine },
  flip: { kind: 'bytes', pipeline: sequence({ flip: randomFlip }) },
  'crop-flip': whole(
    sequence({ crop: randomResizedCrop({ scale: [0.08, 1], interpolation: 'bicubic' }), flip: randomFlip }),
  ),
  'three-augment': whole(threeAugment),
  mae: whole(mae),
  'moco-v3-first': whole(mocoV3First),
  'moco-v3-second': whole(mocoV3Second),
  'lejepa-global': whole(lejepaGlobal),
  'lejepa-local': whole(lejepaLocal),
  'mmcr-first': whole(mmcrFirst),
  'mmcr-second': whole(mmcrSecond),
  'massl-first': whole(masslFirst),
  'massl-second': whole(masslSecond),
  'massl-local': whole(masslLocal),
};

/**
 * The augmentation that a recipe's word stands for: one of the table, or RandAugment in timm's form.
 *
 * @throws {DatasetError} for a word that is none.
 */
export function augmentationOf(word: string): Augmentation {
  if (isAugmentationWord(word)) return augmentations[word];
  const policy = parseRandAugment(word);
  if ('problem' in policy) {
    throw new DatasetError(
      `There is no augmentation '${word}': ${policy.problem}.`,
      `Use one of ${Object.keys(augmentations).join(', ')}, or RandAugment such as rand-m9-mstd0.5-inc1.`,
    );
  }
  return whole(randAugmentPipeline(policy));
}
