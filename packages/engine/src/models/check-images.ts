import type { Split } from '../data/dataset.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { CheckpointFitError } from './fit.js';
import type { VisionModel } from './vision-model.js';

/**
 * Refuses images that the model cannot take. Images of another size can be taken when they are decoded photographs, which
 * have no size of their own that matters, or when the model's preprocessing says how they are resized; pixels of a fixed
 * size that is not the model's are more likely a mistake. Throws CheckpointFitError with both shapes.
 */
export function checkImages(
  model: VisionModel,
  split: Pick<Split, 'channels' | 'encoded' | 'size'>,
  preprocessing: Partial<Preprocessing> = {},
): void {
  const { channels, encoded, size } = split;
  const resized = encoded || preprocessing.resize !== undefined || preprocessing.crop !== undefined;
  const fits = model.imageShape.every((length, axis) => length === size?.[axis]);
  if (fits || (resized && model.imageShape[0] === channels)) return;
  const found = size === null ? `${channels} channels` : `shape [${size.join(', ')}]`;
  throw new CheckpointFitError(
    `The model takes images of shape [${model.imageShape.join(', ')}] (channels, height, width), but the dataset has images of ${found}.`,
    'Give the architecture the image size and channels of the dataset.',
  );
}
