import type { ModelProvenance } from '../models/save-model.js';
import type { FinetuneParameters, PretrainParameters } from '../recipe/parameters.js';
import type { DeviceName } from '../runtime/device-names.js';
import type { Validation } from '../training/early-stopping.js';
import type { Trainee } from '../training/fine-tuning.js';
import { layerDecay, layersOf } from '../training/layer-decay.js';
import { assertWholeParts, microBatches } from '../training/micro-batches.js';
import { type OptimizerSettings, optimizers } from '../training/optimizers/index.js';
import { schedules } from '../training/schedules/index.js';
import type { Training } from '../training/train.js';
import type { BatchSource, TrainingTask } from '../training/training-task.js';

/** What the parameters of a step say of its training, with labels or without. */
type Chosen = Pick<FinetuneParameters, Exclude<keyof FinetuneParameters & keyof PretrainParameters, 'algorithm'>>;

/** What a training is of, as far as its options have to know. */
export interface Trained {
  /** Takes the parts of a batch that `inParts` says. */
  readonly task: TrainingTask;
  readonly model: Pick<Trainee, 'layers'>;
  /** Names of what a loss trains on top of the model: it learns at the whole rate, as a head does. */
  readonly after?: ReadonlySet<string>;
  /** Whole batches. */
  readonly batches: BatchSource;
  /** Whole batches of an epoch, and of all. */
  readonly stepsPerEpoch: number;
  readonly steps: number;
  /** What may end it; null where nothing is validated. */
  readonly score: Validation['score'] | null;
}

/**
 * Everything of a training but what is trained and its first values, by the parameters of its step; what they leave out is as it
 * was before there was a choice: AdamW, a cosine to zero, the step's own limit of the gradient's norm.
 *
 * @param options.clip limit of the gradient's norm where the parameters give none
 */
export function chosenTraining(
  parameters: Chosen,
  trained: Trained,
  options: { readonly clip: number | null; readonly settings: OptimizerSettings; readonly device: DeviceName },
): Omit<Training, 'initial'> {
  const { task, batches, stepsPerEpoch, score } = trained;
  const { snapshots, early_stopping: stopping } = parameters;
  const { accumulate, leastTurns } = inParts(parameters, options.device);
  return {
    task,
    ...optimisation(parameters, trained.steps, options),
    ...layerRates(trained, parameters.layer_decay),
    ...{ accumulate, leastTurns },
    ...(snapshots === undefined ? {} : { snapshots }),
    batches: microBatches(batches, task.inputs, accumulate),
    ...(stopping === undefined || score === null
      ? {}
      : {
          validation: { every: stepsPerEpoch, patience: stopping.patience, minGain: stopping.min_gain ?? 0, score },
        }),
  };
}

function optimisation(
  parameters: Chosen,
  steps: number,
  options: { readonly clip: number | null; readonly settings: OptimizerSettings },
): Pick<Training, 'optimizer' | 'weightDecay' | 'schedule' | 'clip' | 'ema' | 'precision'> {
  const {
    lr,
    warmup,
    optimizer = 'adamw',
    schedule = 'cosine',
    milestones,
    gamma,
    min_lr: floor,
    ema,
    precision,
  } = parameters;
  const clip = parameters.clip ?? options.clip;
  return {
    optimizer: optimizers[optimizer](options.settings),
    weightDecay: parameters.weight_decay,
    schedule: schedules[schedule]({
      peak: lr,
      steps,
      warmupSteps: Math.round(warmup * steps),
      ...(floor === undefined ? {} : { floor }),
      ...(milestones === undefined ? {} : { milestones }),
      ...(gamma === undefined ? {} : { gamma }),
    }),
    clip: clip === 'none' ? null : clip,
    ...(ema === undefined ? {} : { ema }),
    ...(precision === undefined ? {} : { precision }),
  };
}

/** The factors of the learning rates of a model's layers; nothing where every layer has the same. */
function layerRates(
  { model, after = new Set() }: Pick<Trained, 'model' | 'after'>,
  decay: number | undefined,
): Pick<Training, 'lrScale'> {
  if (decay === undefined || decay === 1) return {};
  const rates = layerDecay(layersOf(model.layers, 'Layer decay'), decay);
  return { lrScale: (name) => (after.has(name) ? 1 : rates(name)) };
}

/** What a checkpoint says of a mean of the weights; nothing for the weights of the last step. */
export function averaging({ ema }: Pick<Chosen, 'ema'>): Pick<ModelProvenance, 'ema'> {
  return ema === undefined ? {} : { ema };
}

/**
 * How a batch of independent examples is computed in parts. In f32 on the processor the step graph itself takes the gradient
 * in turns, which costs nothing; elsewhere the parts are batches of their own, each with a pass of the optimizer.
 *
 * @throws {StockpotEngineError} for a batch that is no whole number of parts
 */
export function inParts(
  { batch, accumulate: parts = 1, precision = 'f32' }: Pick<Chosen, 'batch' | 'accumulate' | 'precision'>,
  device: DeviceName,
): Pick<Required<Training>, 'accumulate' | 'leastTurns'> {
  assertWholeParts(batch, parts);
  return device === 'cpu' && precision === 'f32'
    ? { accumulate: 1, leastTurns: parts }
    : { accumulate: parts, leastTurns: 1 };
}
