import { type MixingDraw, mixTargets } from '../data/augmentation/index.js';
import type { TrainingBatches } from '../data/batches.js';
import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { ForwardOptions, ModelLayers } from '../models/layers.js';
import type { ParameterValues } from '../models/parameter-values.js';
import type { ParameterTable } from '../models/parameters.js';
import { logitsOf, type VisionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import { smoothedTargets, softTargetCrossEntropy } from './cross-entropy.js';
import { DROP_PATH_INPUT, dropPath, dropPathInput, dropPathMasks } from './drop-path.js';
import { frozenBy } from './freezing.js';
import { layersOf } from './layer-decay.js';
import type { BatchInput, BatchSource, BatchValues, Feeds, TrainingTask } from './training-task.js';

/** A model with a head as fine-tuning sees it, whatever it reads. */
export interface Trainee {
  /** Every tensor but the head's. */
  readonly parameters: ParameterTable;
  head(classes: number): ParameterTable;
  /** Its layers in order; absent where a model's parameters are in no known one. */
  readonly layers?: ModelLayers;
  /** What the examples of a batch are to the graph; the largest, where their shapes vary from batch to batch. */
  inputs(batch: number): readonly BatchInput[];
  readonly shapesVary?: true;
  /** Logits [batch, classes] of them, by the head among the values. */
  logits(b: GraphBuilder, values: ParameterValues, input: BatchValues, options: ForwardOptions): Value;
}

/** A model of images, fed `images` [batch, C, H, W], normalised. */
export function imageTrainee(model: VisionModel): Trainee {
  const { parameters, layers, imageShape } = model;
  return {
    parameters,
    head: (classes) => model.head(classes),
    ...(layers === undefined ? {} : { layers }),
    inputs: (batch) => [{ name: 'images', dtype: 'f32', shape: [batch, ...imageShape] }],
    logits: (b, values, input, options) => logitsOf(model, b, values, input('images'), options),
  };
}

/** What a fine-tuning may leave out of training; left out itself, nothing. */
export interface FineTuningOptions {
  /** Whether examples go around residual branches: the task then takes `dropPathMasks`. */
  readonly dropPath?: boolean;
  /** Patterns of parameters that keep their values (`frozenBy`). */
  readonly freeze?: readonly string[];
}

/** Supervised training of a model and its head against soft targets. */
export function classificationTask(
  trainee: Trainee,
  classes: number,
  batch: number,
  { dropPath: drops = false, freeze = [] }: FineTuningOptions = {},
): TrainingTask {
  const parameters = [...trainee.parameters, ...trainee.head(classes)];
  return {
    parameters,
    frozen: frozenBy(freeze, parameters),
    inputs: [
      ...trainee.inputs(batch),
      { name: 'targets', dtype: 'f32', shape: [batch, classes] },
      ...(drops ? [dropPathInput(layersOf(trainee.layers, 'Drop path'), batch)] : []),
    ],
    ...(trainee.shapesVary ? { shapesVary: true as const } : {}),
    independent: { examples: batch },
    loss: (b, values, input) => {
      const options = drops ? dropPath(b, input(DROP_PATH_INPUT)) : {};
      return softTargetCrossEntropy(b, trainee.logits(b, values, input, options), input('targets'));
    },
  };
}

/** The same of a model of images. */
export function fineTuningTask(
  model: VisionModel,
  classes: number,
  batch: number,
  options: FineTuningOptions = {},
): TrainingTask {
  return classificationTask(imageTrainee(model), classes, batch, options);
}

/** Examples of a batch with their classes. */
export interface LabelledBatch {
  /** By the names of the trainee's inputs. */
  readonly inputs: Feeds;
  readonly labels: ArrayLike<number>;
  readonly epoch: number;
  /** Positions in the split: with `epoch`, what further randomness is keyed by. */
  readonly examples: ArrayLike<number>;
  /** How the examples were mixed with each other; null where they were not. */
  readonly mixing: MixingDraw | null;
}

/** Batches of a whole training, each a pure function of its number. */
export interface LabelledSource {
  readonly stepsPerEpoch: number;
  readonly steps: number;
  labelled(step: number): LabelledBatch | Promise<LabelledBatch>;
}

/** Batches of images [batch, …image] as an image trainee takes them. */
export function imageBatches(
  batches: TrainingBatches,
  { batch, image }: { readonly batch: number; readonly image: readonly number[] },
): LabelledSource {
  const { stepsPerEpoch, steps } = batches;
  return {
    ...{ stepsPerEpoch, steps },
    labelled: async (step) => {
      const { images, labels, epoch, examples, mixing } = await batches.batch(step);
      const inputs: Feeds = { images: { dtype: 'f32', shape: [batch, ...image], data: images } };
      return { inputs, labels, epoch, examples, mixing };
    },
  };
}

export interface LabelledBatchesOptions {
  readonly batch: number;
  readonly classes: number;
  readonly labelSmoothing: number;
  /** Draws the masks that a task with drop path takes, keyed by (seed, epoch, example, operation). */
  readonly dropPath?: { readonly layers: ModelLayers; readonly rate: number; readonly seed: number };
}

/** Batches as `classificationTask` takes them. Label smoothing goes into the targets before they are mixed. */
export function labelledBatches(source: LabelledSource, options: LabelledBatchesOptions): BatchSource {
  const { batch, classes, labelSmoothing, dropPath: drops } = options;
  return {
    batchSize: batch,
    at: async (step) => {
      const { inputs, labels, mixing, epoch, examples } = await source.labelled(step);
      const smoothed = smoothedTargets(labels, classes, labelSmoothing);
      const targets = mixing === null ? smoothed : mixTargets(smoothed, classes, mixing);
      const streams = () => Array.from(examples, (example) => keyed(drops?.seed ?? 0, epoch, example, 'drop-path'));
      return {
        ...inputs,
        targets: { dtype: 'f32', shape: [batch, classes], data: targets },
        ...(drops === undefined ? {} : { [DROP_PATH_INPUT]: dropPathMasks(drops.layers, drops.rate, streams()) }),
      };
    },
  };
}
