import type { TrainingBatches } from '../data/batches.js';
import type { VisionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import type { BatchSource, TrainingTask } from '../training/training-task.js';
import type { SslLoss } from './ssl-method.js';

/** A self-supervised loss as something to train: the model without its head, and what the loss adds. */
export function preTrainingTask(model: VisionModel, loss: SslLoss, batch: number): TrainingTask {
  return {
    parameters: [...model.parameters, ...loss.parameters],
    frozen: loss.frozen,
    inputs: [{ name: 'images', dtype: 'f32', shape: [batch, ...model.imageShape] }, ...loss.inputs],
    loss: (b, parameters, input) => loss.build(b, parameters, input('images'), input),
  };
}

/** Batches without labels; what the loss draws for an image is keyed by (seed, epoch, example, operation). */
export function unlabelledBatches(
  batches: TrainingBatches,
  loss: SslLoss,
  options: { batch: number; image: readonly number[]; seed: number },
): BatchSource {
  const { batch, image, seed } = options;
  return {
    batchSize: batch,
    at: (step) => {
      const { images, epoch, examples } = batches.batch(step);
      return {
        images: { dtype: 'f32', shape: [batch, ...image], data: images },
        ...loss.draw([...examples].map((example) => keyed(seed, epoch, example, 'ssl'))),
      };
    },
  };
}
