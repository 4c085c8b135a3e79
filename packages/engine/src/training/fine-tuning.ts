import { mixTargets } from '../data/augmentation/index.js';
import type { TrainingBatches } from '../data/batches.js';
import { logitsOf, type VisionModel } from '../models/vision-model.js';
import { smoothedTargets, softTargetCrossEntropy } from './cross-entropy.js';
import type { BatchSource, TrainingTask } from './training-task.js';

/** Supervised training of the whole model and its head against soft targets. */
export function fineTuningTask(model: VisionModel, classes: number, batch: number): TrainingTask {
  return {
    parameters: [...model.parameters, ...model.head(classes)],
    frozen: new Set(),
    inputs: [
      { name: 'images', dtype: 'f32', shape: [batch, ...model.imageShape] },
      { name: 'targets', dtype: 'f32', shape: [batch, classes] },
    ],
    independent: { examples: batch },
    loss: (b, parameters, input) =>
      softTargetCrossEntropy(b, logitsOf(model, b, parameters, input('images')), input('targets')),
  };
}

/** Batches as `fineTuningTask` takes them. */
export function labelledBatches(
  batches: TrainingBatches,
  options: { batch: number; image: readonly number[]; classes: number; labelSmoothing: number },
): BatchSource {
  const { batch, image, classes, labelSmoothing } = options;
  return {
    batchSize: batch,
    at: async (step) => {
      const { images, labels, mixing } = await batches.batch(step);
      const smoothed = smoothedTargets(labels, classes, labelSmoothing);
      const targets = mixing === null ? smoothed : mixTargets(smoothed, classes, mixing);
      return {
        images: { dtype: 'f32', shape: [batch, ...image], data: images },
        targets: { dtype: 'f32', shape: [batch, classes], data: targets },
      };
    },
  };
}
