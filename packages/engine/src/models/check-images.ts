import type { Dataset } from '../data/dataset.js';
import { CheckpointFitError } from './fit.js';
import type { VisionModel } from './vision-model.js';

/** Refuses images that the model cannot take. Throws CheckpointFitError with both shapes. */
export function checkImages(model: VisionModel, dataset: Pick<Dataset, 'image'>): void {
  if (model.imageShape.every((size, axis) => size === dataset.image[axis])) return;
  throw new CheckpointFitError(
    `The model takes images of shape [${model.imageShape.join(', ')}] (channels, height, width), but the dataset has images of shape [${dataset.image.join(', ')}].`,
    'Give the architecture the image size and channels of the dataset.',
  );
}
