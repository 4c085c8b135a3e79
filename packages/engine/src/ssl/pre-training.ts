import type { BatchPlan, TrainingBatches } from '../data/batches.js';
import { type Tensor, tensor } from '../graph/tensor.js';
import type { ModelLayers } from '../models/layers.js';
import type { VisionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import { DROP_PATH_INPUT, dropPathInput, dropPathMasks } from '../training/drop-path.js';
import { layersOf } from '../training/layer-decay.js';
import type { BatchSource, TrainingTask } from '../training/training-task.js';
import type { SslContext, SslLoss } from './ssl-method.js';

/**
 * A self-supervised loss as something to train: the model without its head, and what the loss adds.
 *
 * @param options.dropPath whether views go around the student's residual branches: the task then takes masks, view after view
 * @param options.parts parts that a batch is encoded in, of a loss whose images see each other; a divisor of the batch
 */
export function preTrainingTask(
  model: VisionModel,
  loss: SslLoss,
  batch: number,
  { dropPath: drops = false, parts = 1 }: { readonly dropPath?: boolean; readonly parts?: number } = {},
): TrainingTask {
  const [channels] = model.imageShape;
  const masks = drops ? [dropPathInput(layersOf(model.layers, 'Drop path'), loss.views.length * batch)] : [];
  return {
    parameters: [...model.parameters, ...loss.parameters],
    frozen: loss.frozen,
    inputs: [
      ...loss.views.map(({ name, size }) => ({ name, dtype: 'f32' as const, shape: [batch, channels, size, size] })),
      ...loss.inputs,
      ...masks,
    ],
    ...(loss.memory === undefined ? {} : { memory: loss.memory }),
    ...(loss.teacher === undefined ? {} : { teacher: loss.teacher }),
    ...(loss.independent === undefined ? {} : { independent: { examples: batch } }),
    loss: (b, parameters, input, context) => {
      const views = loss.views.map(({ name }) => input(name));
      // Of fewer examples than the whole batch, where the gradient is taken in turns.
      const rows = views[0]?.shape[0] ?? batch;
      const student: SslContext['student'] = (first, count) => {
        if (!drops) return { parts };
        const all = input(DROP_PATH_INPUT);
        if (count === loss.views.length) return { masks: all, parts };
        const ends = [(first + count) * rows];
        return { masks: b.slice(all, { starts: [first * rows], ends, axes: [2] }), parts };
      };
      return loss.build(b, parameters, views, input, { ...context, student, still: { parts } });
    },
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

export interface UnlabelledBatchesOptions {
  readonly batch: number;
  readonly channels: number;
  readonly seed: number;
  /** Draws the masks that a task with drop path takes. */
  readonly dropPath?: { readonly layers: ModelLayers; readonly rate: number };
}

/**
 * Batches without labels; what the loss draws for an image is keyed by (seed, epoch, example, operation), and by the view
 * where there are several.
 */
export function unlabelledBatches(
  batches: TrainingBatches,
  loss: SslLoss,
  { batch, channels, seed, dropPath: drops }: UnlabelledBatchesOptions,
): BatchSource {
  return {
    batchSize: batch,
    at: async (step) => {
      const { views, epoch, examples } = await batches.batch(step);
      const pictures = loss.views.map(({ name, size }, index): [string, Tensor] => [
        name,
        tensor('f32', [batch, channels, size, size], views[index] ?? new Float32Array()),
      ]);
      const streams = () =>
        loss.views.flatMap((_, view) => [...examples].map((example) => keyed(seed, epoch, example, 'drop-path', view)));
      return {
        ...Object.fromEntries(pictures),
        ...loss.draw(
          [...examples].map((example) => keyed(seed, epoch, example, 'ssl')),
          { step, steps: batches.steps, random: keyed(seed, 'step', step, 'ssl') },
        ),
        ...(drops === undefined ? {} : { [DROP_PATH_INPUT]: dropPathMasks(drops.layers, drops.rate, streams()) }),
      };
    },
  };
}
