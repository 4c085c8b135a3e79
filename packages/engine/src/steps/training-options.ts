import type { TrainingBatches } from '../data/batches.js';
import type { ModelProvenance } from '../models/save-model.js';
import type { FinetuneParameters } from '../recipe/parameters.js';
import type { DeviceName } from '../runtime/device-names.js';
import type { Trainee } from '../training/fine-tuning.js';
import { layerDecay, layersOf } from '../training/layer-decay.js';
import { assertWholeParts } from '../training/micro-batches.js';
import { type OptimizerSettings, optimizers } from '../training/optimizers/index.js';
import { schedules } from '../training/schedules/index.js';
import type { Training } from '../training/train.js';

/** The optional fields of a training that change its optimizer, as parameters of a step. */
type Chosen = Pick<
  FinetuneParameters,
  | 'lr'
  | 'warmup'
  | 'weight_decay'
  | 'optimizer'
  | 'schedule'
  | 'milestones'
  | 'gamma'
  | 'min_lr'
  | 'clip'
  | 'ema'
  | 'precision'
>;

/**
 * How a training is optimised, by the parameters of its step; what they leave out is as it was before there was a choice:
 * AdamW, a cosine to zero, the step's own limit of the gradient's norm.
 *
 * @param options.batches of the training, `accumulate` of which make an update: the last, incomplete update is left out
 * @param options.clip limit of the gradient's norm where the parameters give none
 */
export function optimisation(
  parameters: Chosen,
  options: {
    readonly batches: Pick<TrainingBatches, 'steps'>;
    readonly clip: number | null;
    readonly settings: OptimizerSettings;
  },
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
  const { steps } = options.batches;
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

/**
 * The factors of the learning rates of a model's layers; nothing where every layer has the same.
 *
 * @param after names of what a loss trains on top of the model: it has the whole rate, as a head has
 */
export function layerRates(
  model: Pick<Trainee, 'layers'>,
  decay: number | undefined,
  after: ReadonlySet<string> = new Set(),
): Pick<Training, 'lrScale'> {
  if (decay === undefined || decay === 1) return {};
  const rates = layerDecay(layersOf(model.layers, 'Layer decay'), decay);
  return { lrScale: (name) => (after.has(name) ? 1 : rates(name)) };
}

/** How many snapshots a training takes. */
export function snapshotsOf({ snapshots }: Pick<FinetuneParameters, 'snapshots'>): Pick<Training, 'snapshots'> {
  return snapshots === undefined ? {} : { snapshots };
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
  { batch, accumulate: parts = 1, precision = 'f32' }: Pick<FinetuneParameters, 'batch' | 'accumulate' | 'precision'>,
  device: DeviceName,
): Pick<Required<Training>, 'accumulate' | 'leastTurns'> {
  assertWholeParts(batch, parts);
  return device === 'cpu' && precision === 'f32'
    ? { accumulate: 1, leastTurns: parts }
    : { accumulate: parts, leastTurns: 1 };
}
