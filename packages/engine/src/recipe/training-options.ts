/**
 * @file Optional fields of a training (docs/training.md). Each is absent from a plan whose recipe does not give it, so that
 * a plan that was made before the field existed keeps its step keys.
 */
import { z } from 'zod';
import { integer, number, object, oneOf } from './fields.js';
import { integerOrRange, numberOrRange, wordOrRange } from './range.js';

export const OPTIMIZERS = ['adamw', 'sgd', 'lars'] as const;
export const SCHEDULES = ['cosine', 'constant', 'step'] as const;
export const PRECISIONS = ['f32', 'f16'] as const;

const optimizer = oneOf(OPTIMIZERS);
const schedule = oneOf(SCHEDULES);
const precision = z.enum(PRECISIONS, {
  error: ({ input }) =>
    input === 'bf16'
      ? 'expected f32 or f16; bf16 is a storage type here: no device of this version computes with it'
      : 'expected f32 or f16',
});
const share = number({ above: 0, below: 1 }, '0.5');
const milestones = z
  .array(share, { error: 'expected a list of shares of the training, such as [0.5, 0.75]' })
  .min(1, { error: 'expected at least one share of the training, such as [0.5, 0.75]' })
  .max(100, { error: 'expected at most 100 milestones' });
const gamma = number({ above: 0, max: 1 }, '0.1');
const lastRate = number({ min: 0, max: 10 }, '1.0e-6');
const clip = z.union([number({ above: 0, max: 1e6 }, '1'), z.literal('none')], {
  error: "expected a number above 0, such as 1, or 'none'",
});
const ema = number({ above: 0, below: 1 }, '0.999');
const pattern = z
  .string({ error: "expected the name of a parameter, or a pattern such as 'blocks.0.*'" })
  .regex(/^[A-Za-z0-9._*?-]{1,200}$/, {
    error: "expected the name of a parameter, or a pattern such as 'blocks.0.*': letters, digits, . _ - and * ?",
  });
const freeze = z
  .array(pattern, { error: "expected a list of patterns, such as ['patch_embed.*', 'blocks.0.*']" })
  .min(1, { error: 'expected at least one pattern' })
  .max(1000, { error: 'expected at most 1000 patterns' });
const checkpointEvery = z.union(
  [
    object('a number of steps', { steps: integer(1) }),
    object('a number of minutes', { minutes: number({ above: 0, max: 10_000 }, '5') }),
  ],
  { error: 'expected {steps: 100} or {minutes: 5}' },
);
const momentum = number({ min: 0, below: 1 }, '0.9');
const nesterov = z.boolean({ error: 'expected true or false' });
const layerDecay = number({ above: 0, max: 1 }, '0.65');
const dropPath = number({ min: 0, below: 1 }, '0.1');
const accumulate = integer(1, 65_536);
const snapshots = integer(1, 1000);
const beta = number({ min: 0, max: 100 }, '0.8');
const erasing = number({ min: 0, max: 1 }, '0.25');
const stopping = {
  patience: integer(0, 10_000).describe('Epochs in a row that may fail to rise before the training ends.'),
  min_gain: number({ min: 0, max: 1 }, '0.001')
    .exactOptional()
    .describe('How much the score must rise to count; left out, at all.'),
};

/** What any training may be told, as parameters of its step. */
export const trainingOptions = {
  optimizer: optimizer.exactOptional(),
  momentum: momentum.exactOptional(),
  nesterov: nesterov.exactOptional(),
  schedule: schedule.exactOptional(),
  milestones: milestones.exactOptional(),
  gamma: gamma.exactOptional(),
  min_lr: lastRate.exactOptional(),
  clip: clip.exactOptional(),
  ema: ema.exactOptional(),
  freeze: freeze.exactOptional(),
  precision: precision.exactOptional(),
  layer_decay: layerDecay.exactOptional(),
  drop_path: dropPath.exactOptional(),
  accumulate: accumulate.exactOptional(),
  /** `split` is a name within the input dataset: of a fine-tuning with the role selection. */
  early_stopping: object('early stopping', { split: z.string(), ...stopping }).exactOptional(),
  snapshots: snapshots.exactOptional(),
  checkpoint_every: checkpointEvery.exactOptional(),
};

/** The output of a training step that snapshot `number`, from 1, is. The last one is its `checkpoint`. */
export function snapshotOutput(number: number): string {
  return `snapshot-${number}`;
}

/** What a fine-tuning may be told beside that. */
export const fineTuningOptions = {
  ...trainingOptions,
  mixup: beta.exactOptional(),
  cutmix: beta.exactOptional(),
  random_erasing: erasing.exactOptional(),
};

const DESCRIPTIONS = {
  optimizer: 'Left out, adamw.',
  momentum: 'Of sgd and lars; left out, 0.9.',
  nesterov: "Nesterov's look-ahead, of sgd; left out, false.",
  schedule: 'How the learning rate goes on after the warm-up; left out, cosine.',
  milestones: "For the schedule 'step': shares of the training at which the learning rate falls.",
  gamma: "For the schedule 'step': what the learning rate is multiplied by at a milestone; left out, 0.1.",
  min_lr: "For the schedule 'cosine': the last learning rate; left out, 0.",
  clip: 'Upper bound of the norm of the gradient.',
  ema: 'Decay a step of an exponential mean of the weights, which is then what is stored; left out, none is kept.',
  freeze: 'Names of parameters that are not trained; * stands for any characters, ? for one.',
  precision: 'What matrix products are computed in; weights and their moments are f32 either way. Left out, f32.',
  layer_decay: 'Each layer learns at this share of the rate of the one after it; left out, 1.',
  drop_path: 'Share of examples that go around the last block, falling to none at the first; left out, 0.',
  accumulate: 'Equal parts that a batch is computed in, to save memory; left out, 1.',
  early_stopping:
    'Ends the training when its score on a split no longer rises, and keeps the best weights: the accuracy, or without labels the loss, which falls.',
  early_split:
    'A split of the same dataset with the role selection, or without labels another one with the role unlabeled. It is then spent on that.',
  snapshots: 'Checkpoints at equal distances of the run, the last one its end; left out, none.',
  checkpoint_every: 'How often a training saves its state, for an attempt that is cut short; changes no result.',
};

/** Fields that draw nothing, as a recipe writes them. `split` is a reference, written as dataset/split. */
function constants<Split extends z.ZodType<string>>(split: Split) {
  return {
    nesterov: nesterov.exactOptional().describe(DESCRIPTIONS.nesterov),
    milestones: milestones.exactOptional().describe(DESCRIPTIONS.milestones),
    freeze: freeze.exactOptional().describe(DESCRIPTIONS.freeze),
    precision: precision.exactOptional().describe(DESCRIPTIONS.precision),
    early_stopping: object('early stopping', { split: split.describe(DESCRIPTIONS.early_split), ...stopping })
      .exactOptional()
      .describe(DESCRIPTIONS.early_stopping),
    snapshots: snapshots.exactOptional().describe(DESCRIPTIONS.snapshots),
    checkpoint_every: checkpointEvery.exactOptional().describe(DESCRIPTIONS.checkpoint_every),
  };
}

/** What the search space of any training may say; the ranges are drawn from. */
export function trainingSpace<Split extends z.ZodType<string>>(split: Split) {
  return {
    ...constants(split),
    optimizer: wordOrRange(optimizer, OPTIMIZERS).exactOptional().describe(DESCRIPTIONS.optimizer),
    momentum: numberOrRange(momentum).exactOptional().describe(DESCRIPTIONS.momentum),
    schedule: wordOrRange(schedule, SCHEDULES).exactOptional().describe(DESCRIPTIONS.schedule),
    gamma: numberOrRange(gamma).exactOptional().describe(DESCRIPTIONS.gamma),
    min_lr: numberOrRange(lastRate).exactOptional().describe(DESCRIPTIONS.min_lr),
    clip: z
      .union([numberOrRange(number({ above: 0, max: 1e6 }, '1')), z.literal('none')], {
        error: "expected a number above 0, such as 1, a range of them, or 'none'",
      })
      .exactOptional()
      .describe(DESCRIPTIONS.clip),
    ema: numberOrRange(ema).exactOptional().describe(DESCRIPTIONS.ema),
    layer_decay: numberOrRange(layerDecay).exactOptional().describe(DESCRIPTIONS.layer_decay),
    drop_path: numberOrRange(dropPath).exactOptional().describe(DESCRIPTIONS.drop_path),
    accumulate: integerOrRange(accumulate).exactOptional().describe(DESCRIPTIONS.accumulate),
  };
}

/** What the one training of a stock may be told, which draws nothing. */
export function stockTraining<Split extends z.ZodType<string>>(split: Split) {
  return {
    ...constants(split),
    optimizer: optimizer.exactOptional().describe(DESCRIPTIONS.optimizer),
    momentum: momentum.exactOptional().describe(DESCRIPTIONS.momentum),
    schedule: schedule.exactOptional().describe(DESCRIPTIONS.schedule),
    gamma: gamma.exactOptional().describe(DESCRIPTIONS.gamma),
    min_lr: lastRate.exactOptional().describe(DESCRIPTIONS.min_lr),
    clip: clip.exactOptional().describe(DESCRIPTIONS.clip),
    ema: ema.exactOptional().describe(DESCRIPTIONS.ema),
    layer_decay: layerDecay.exactOptional().describe(DESCRIPTIONS.layer_decay),
    drop_path: dropPath.exactOptional().describe(DESCRIPTIONS.drop_path),
    accumulate: accumulate.exactOptional().describe(DESCRIPTIONS.accumulate),
  };
}

/** What the search space of a fine-tuning may say. */
export function fineTuningSpace<Split extends z.ZodType<string>>(split: Split) {
  return {
    ...trainingSpace(split),
    mixup: numberOrRange(beta).exactOptional().describe("Parameter of mixup's Beta distribution; left out, 0: none."),
    cutmix: numberOrRange(beta).exactOptional().describe("Parameter of CutMix's Beta distribution; left out, 0: none."),
    random_erasing: numberOrRange(erasing)
      .exactOptional()
      .describe('How likely an image loses a rectangle to noise; left out, 0.'),
  };
}
