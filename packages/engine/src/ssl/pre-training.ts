import type { BatchPlan, TrainingBatches } from '../data/batches.js';
import { type Tensor, tensor } from '../graph/tensor.js';
import type { VisionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import type { BatchSource, TrainingTask } from '../training/training-task.js';
import type { SslLoss } from './ssl-method.js';

/** A self-supervised loss as something to train: the model without its head, and what the loss adds. */
export function preTrainingTask(model: VisionModel, loss: SslLoss, batch: number): TrainingTask {
  const [channels] = model.imageShape;
  return {
    parameters: [...model.parameters, ...loss.parameters],
    frozen: loss.frozen,
    inputs: [
      ...loss.views.map(({ name, size }) => ({ name, dtype: 'f32' as const, shape: [batch, channels, size, size] })),
      ...loss.inputs,
    ],
    ...(loss.memory === undefined ? {} : { memory: loss.memory }),
    ...(loss.teacher === undefined ? {} : { teacher: loss.teacher }),
    ...(loss.independent === undefined ? {} : { independent: { examples: batch } }),
    loss: (b, parameters, input, context) =>
      loss.build(
        b,
        parameters,
        loss.views.map(({ name }) => input(name)),
        input,
        context,
      ),
  };
}

/**
 * What `trainingBatches` has to make of each image for this loss. One plain picture a step is the old way, whose random
 * numbers are keyed without a view.
 */
export function viewsOf(loss: SslLoss): Pick<BatchPlan, 'augmentation' | 'views'> {
  const [first] = loss.views;
  if (loss.views.length === 1 && first !== undefined) return { augmentation: first.pipeline };
  return { augmentation: 'none', views: loss.views.map(({ pipeline, size }) => ({ augmentation: pipeline, size })) };
}

/** Batches without labels; what the loss draws for an image is keyed by (seed, epoch, example, operation). */
export function unlabelledBatches(
  batches: TrainingBatches,
  loss: SslLoss,
  options: { batch: number; channels: number; seed: number },
): BatchSource {
  const { batch, channels, seed } = options;
  return {
    batchSize: batch,
    at: async (step) => {
      const { views, epoch, examples } = await batches.batch(step);
      const pictures = loss.views.map(({ name, size }, index): [string, Tensor] => [
        name,
        tensor('f32', [batch, channels, size, size], views[index] ?? new Float32Array()),
      ]);
      return {
        ...Object.fromEntries(pictures),
        ...loss.draw(
          [...examples].map((example) => keyed(seed, epoch, example, 'ssl')),
          { step, steps: batches.steps, random: keyed(seed, 'step', step, 'ssl') },
        ),
      };
    },
  };
}
