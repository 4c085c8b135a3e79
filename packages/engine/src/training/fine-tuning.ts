import { mixTargets } from '../data/augmentation/index.js';
import type { TrainingBatches } from '../data/batches.js';
import type { ModelLayers } from '../models/layers.js';
import { logitsOf, type VisionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import { smoothedTargets, softTargetCrossEntropy } from './cross-entropy.js';
import { DROP_PATH_INPUT, dropPath, dropPathInput, dropPathMasks } from './drop-path.js';
import { frozenBy } from './freezing.js';
import { layersOf } from './layer-decay.js';
import type { BatchSource, TrainingTask } from './training-task.js';

/** What a fine-tuning may leave out of training; left out itself, nothing. */
export interface FineTuningOptions {
  /** Whether examples go around residual branches: the task then takes `dropPathMasks`. */
  readonly dropPath?: boolean;
  /** Patterns of parameters that keep their values (`frozenBy`). */
  readonly freeze?: readonly string[];
}

/** Supervised training of a model and its head against soft targets. */
export function fineTuningTask(
  model: VisionModel,
  classes: number,
  batch: number,
  { dropPath: drops = false, freeze = [] }: FineTuningOptions = {},
): TrainingTask {
  const parameters = [...model.parameters, ...model.head(classes)];
  return {
    parameters,
    frozen: frozenBy(freeze, parameters),
    inputs: [
      { name: 'images', dtype: 'f32', shape: [batch, ...model.imageShape] },
      { name: 'targets', dtype: 'f32', shape: [batch, classes] },
      ...(drops ? [dropPathInput(layersOf(model.layers, 'Drop path'), batch)] : []),
    ],
    independent: { examples: batch },
    loss: (b, values, input) => {
      const options = drops ? dropPath(b, input(DROP_PATH_INPUT)) : {};
      return softTargetCrossEntropy(b, logitsOf(model, b, values, input('images'), options), input('targets'));
    },
  };
}

export interface LabelledBatchesOptions {
  readonly batch: number;
  readonly image: readonly number[];
  readonly classes: number;
  readonly labelSmoothing: number;
  /** Draws the masks that a task with drop path takes, keyed by (seed, epoch, example, operation). */
  readonly dropPath?: { readonly layers: ModelLayers; readonly rate: number; readonly seed: number };
}

/** Batches as `fineTuningTask` takes them. Label smoothing goes into the targets before they are mixed. */
export function labelledBatches(batches: TrainingBatches, options: LabelledBatchesOptions): BatchSource {
  const { batch, image, classes, labelSmoothing, dropPath: drops } = options;
  return {
    batchSize: batch,
    at: async (step) => {
      const { images, labels, mixing, epoch, examples } = await batches.batch(step);
      const smoothed = smoothedTargets(labels, classes, labelSmoothing);
      const targets = mixing === null ? smoothed : mixTargets(smoothed, classes, mixing);
      const streams = () => [...examples].map((example) => keyed(drops?.seed ?? 0, epoch, example, 'drop-path'));
      return {
        images: { dtype: 'f32', shape: [batch, ...image], data: images },
        targets: { dtype: 'f32', shape: [batch, classes], data: targets },
        ...(drops === undefined ? {} : { [DROP_PATH_INPUT]: dropPathMasks(drops.layers, drops.rate, streams()) }),
      };
    },
  };
}
