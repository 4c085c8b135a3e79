/**
 * The parameters of each step kind: everything but its inputs that determines its result. The recipe compiler writes
 * them, the steps read them, so both import this file. It is pure (zod only): servers compile recipes without an engine.
 * Names are those of the recipe. Nothing here has a default that could differ between two compilers: a plan is explicit.
 */
import { z } from 'zod';

const positiveInt = z.int().min(1);
const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const learningRate = z.number().positive().max(10);
const weightDecay = z.number().min(0).max(10);
/** Share of all optimizer steps during which the learning rate rises linearly; then it falls by a cosine to 0. */
const warmup = z.number().min(0).max(1);

export const splitRole = z.enum(['train', 'selection', 'test', 'shift', 'unlabeled']);
export type SplitRole = z.infer<typeof splitRole>;

export const datasetSource = z.union([z.strictObject({ npm: z.string() }), z.strictObject({ path: z.string() })]);
export type DatasetSource = z.infer<typeof datasetSource>;

export const datasetParameters = z.strictObject({
  source: datasetSource,
  format: z.enum(['idx']),
  /** Seeds the one permutation of each file set that the splits are consecutive ranges of. */
  seed,
  /** In recipe order, which decides the ranges; `count: null` takes all that is left of `from`. */
  splits: z.array(
    z.strictObject({
      name: z.string(),
      role: splitRole,
      from: z.enum(['train', 'test']),
      count: positiveInt.nullable(),
    }),
  ),
});
export type DatasetParameters = z.infer<typeof datasetParameters>;

export const corruptionSuite = z.enum(['mnist-c']);
export const severity = z.int().min(1).max(5);

export const benchmarkParameters = z.strictObject({
  /** Name of a split of the input dataset. */
  split: z.string(),
  /** A seeded choice of examples without replacement; null means all of them. */
  subset: z.strictObject({ count: positiveInt, seed }).nullable(),
  corruptions: corruptionSuite.nullable(),
  /** Ascending, without repetition; null exactly when `corruptions` is. */
  severities: z.array(severity).min(1).nullable(),
});
export type BenchmarkParameters = z.infer<typeof benchmarkParameters>;

export const architecture = z.strictObject({
  family: z.enum(['vit']),
  /** Side of the square image in pixels; a multiple of `patch`. */
  image: positiveInt.max(1024),
  channels: positiveInt.max(16),
  patch: positiveInt.max(256),
  dim: positiveInt.max(4096),
  depth: positiveInt.max(64),
  heads: positiveInt.max(64),
  /** Width of the hidden layer of a block's MLP. */
  mlp: positiveInt.max(16384),
});
export type Architecture = z.infer<typeof architecture>;

export const pretrainParameters = z.strictObject({
  algorithm: z.enum(['mae']),
  architecture,
  split: z.string(),
  epochs: positiveInt.max(10_000),
  batch: positiveInt.max(65_536),
  lr: learningRate,
  weight_decay: weightDecay,
  warmup,
  /** Share of the patches that the encoder does not see. */
  mask: z.number().gt(0).lt(1),
  decoder: z.strictObject({ dim: positiveInt.max(4096), depth: positiveInt.max(64), heads: positiveInt.max(64) }),
  seed,
});
export type PretrainParameters = z.infer<typeof pretrainParameters>;

export const probeParameters = z.strictObject({
  algorithm: z.enum(['linear-probe']),
  split: z.string(),
  epochs: positiveInt.max(10_000),
  batch: positiveInt.max(65_536),
  lr: learningRate,
  weight_decay: weightDecay,
  seed,
});
export type ProbeParameters = z.infer<typeof probeParameters>;

export const augmentation = z.enum(['none', 'shift', 'affine']);

export const finetuneParameters = z.strictObject({
  algorithm: z.enum(['supervised']),
  split: z.string(),
  epochs: positiveInt.max(10_000),
  batch: positiveInt.max(65_536),
  lr: learningRate,
  weight_decay: weightDecay,
  warmup,
  label_smoothing: z.number().min(0).lt(1),
  augmentation,
  seed,
});
export type FinetuneParameters = z.infer<typeof finetuneParameters>;

export const acceptRule = z.enum(['>=', '>']);

export const soupParameters = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('uniform') }),
  /** Science §1.1: the paper accepts on >=, its released code on >. They differ on ties. */
  z.strictObject({ method: z.literal('greedy'), accept: acceptRule }),
  /** Not a checkpoint but a member list: a baseline whose logits are averaged. */
  z.strictObject({ method: z.literal('logit-ensemble') }),
]);
export type SoupParameters = z.infer<typeof soupParameters>;

export const evaluateParameters = z.strictObject({
  /**
   * 'checkpoint': inputs model. 'probe': inputs model and head (the stock has no head of its own).
   * 'logit-ensemble': inputs logits[], the members' own logits on the same benchmark.
   */
  predictor: z.enum(['checkpoint', 'probe', 'logit-ensemble']),
});
export type EvaluateParameters = z.infer<typeof evaluateParameters>;
