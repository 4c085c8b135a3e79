import { z } from 'zod';
import {
  type Dataset,
  holdsText,
  type LabelledSplit,
  openDataset,
  openTextDataset,
  type Split,
  type TextDataset,
  type TextSplit,
} from '../data/dataset.js';
import { IMAGE_DECODER } from '../data/decoding/decoder.js';
import { DatasetError } from '../data/errors.js';
import type { DatasetManifest } from '../data/manifest.js';
import { classRules } from '../evaluation/groups/class-rules.js';
import { statedMetrics } from '../evaluation/metrics/stated.js';
import { metricDefinitions } from '../evaluation/metrics/table.js';
import { type EvaluationProtocol, evaluationProtocol } from '../evaluation/protocol.js';
import { normalisers } from '../evaluation/robustness/reference-errors.js';
import { canonicalJson } from '../json.js';
import { benchmarkKinds, type MeasureParameters } from '../recipe/benchmark-kinds/index.js';
import { type BenchmarkParameters, benchmarkParameters, severity, splitRole } from '../recipe/parameters.js';
import { assertApart, assertSameClasses } from './apart.js';
import { type BenchmarkImages, benchmarkImages } from './benchmark-images.js';
import { choosePositions } from './choose-positions.js';
import { defineStep, inputOf, type StepContext } from './definition.js';
import { measures } from './measures/index.js';

export const benchmarkSummary = z.strictObject({
  /** Distinct examples; a corruption benchmark scores each once a cell. */
  n: z.int().min(1),
  /** SHA-256 of the protocol document. */
  protocol: z.string(),
  role: splitRole,
  split: z.string(),
  corruptions: z.array(z.string()).nullable(),
  severities: z.array(severity).nullable(),
  /** Whether the corrupted images are the published ones; absent without corruptions. */
  origin: z.enum(['generated', 'official files']).exactOptional(),
  /** The version of what is measured: 'knn-1', 'cifar-c-official-1'; null for plain answers to clean images. */
  protocolName: z.string().nullable(),
  /** 'accuracy', or what else is measured. */
  kind: z.string(),
  /** The number that models are compared by, by its name in the table of metrics. */
  headline: z.string(),
});
export type BenchmarkSummary = z.infer<typeof benchmarkSummary>;

const SUBSET_RULE = 'the first of a permutation keyed by (seed, subset), in ascending order';

/**
 * Fixes what is measured. Outputs: `protocol` (JSON) and, with corruptions, `images`: safetensors with u8 `images` [corruption,
 * severity, n, c, h, w], or, of official files, with the hash of each image.
 */
export const benchmark = defineStep({
  kind: 'benchmark',
  parameters: benchmarkParameters,
  summary: benchmarkSummary,
  async execute(parameters, context) {
    assertCodec(parameters);
    const { measure, classes, normaliser, ordered } = parameters;
    const scored = await scoredSplit(context, 'dataset', parameters);
    const { dataset, split, positions, identity } = scored;
    const { output, corruptions, preprocessing } =
      scored.kind === 'texts'
        ? plainTexts(parameters)
        : await benchmarkImages(parameters, scored.dataset, scored.split, positions, context);
    const protocol: EvaluationProtocol = {
      format: 'stockpot-protocol',
      version: 1,
      ...identity,
      positions,
      n: positions.length,
      preprocessing,
      ...scoringOf(classes, dataset),
      corruptions:
        corruptions === null || normaliser === undefined
          ? corruptions
          : { ...corruptions, normaliser: referenceOf(normaliser) },
      ...(measure === undefined ? {} : { measure: await describeMeasure(parameters, measure, scored, context) }),
      metrics: metricDefinitions(
        measure === undefined
          ? statedMetrics({
              classes: dataset.classes,
              role: split.role,
              corrupted: corruptions !== null,
              normalised: normaliser !== undefined,
              rule: classes,
              ordered: ordered === true,
            })
          : measures[measure.kind].metrics(dataset.classes),
      ),
    };
    const document = await context.store.put(Buffer.from(canonicalJson(protocol)), 'application/json');
    return {
      outputs: output === null ? { protocol: document } : { images: output, protocol: document },
      summary: {
        n: positions.length,
        protocol: document.hash,
        role: split.role,
        split: split.name,
        corruptions: corruptions === null ? null : corruptions.list.map(({ name }) => name),
        severities: corruptions === null ? null : corruptions.severities,
        ...(corruptions === null ? {} : { origin: corruptions.origin ?? ('generated' as const) }),
        protocolName: protocol.measure?.protocol ?? corruptions?.protocol ?? null,
        kind: measure?.kind ?? 'accuracy',
        headline: measure === undefined ? 'top1' : benchmarkKinds[measure.kind].headlineOf(measure),
      },
    };
  },
});

/** A WordNet identifier, as the folders of ImageNet are called. */
const WNID = /^n\d{8}$/;

/** How a model's classes answer for the labels. Throws DatasetError where the dataset has not the classes of the rule. */
function scoringOf(
  name: BenchmarkParameters['classes'],
  { classes, classNames }: Pick<Dataset, 'classes' | 'classNames'>,
): Pick<EvaluationProtocol, 'scoring'> {
  if (name === undefined) return {};
  const rule = classRules[name];
  if (rule.classes !== classes) {
    throw new DatasetError(
      `The benchmark is scored by ${name}, whose labels are ${rule.classes} classes; the dataset has ${classes}.`,
      'Register the published folders, one a class, or remove `classes` from the benchmark.',
    );
  }
  const comparable = !rule.wnids || classNames?.every((word) => WNID.test(word)) === true;
  const other = rule.names.findIndex((published, label) => published !== (classNames?.[label] ?? published));
  if (comparable && other >= 0) {
    throw new DatasetError(
      `The benchmark is scored by ${name}, whose label ${other} is '${rule.names[other]}'; that of the dataset is '${classNames?.[other]}'.`,
      'Register the published folders under their own names, or remove `classes` from the benchmark.',
    );
  }
  return { scoring: { classes: name, definition: rule.definition } };
}

function referenceOf(
  name: NonNullable<BenchmarkParameters['normaliser']>,
): NonNullable<NonNullable<EvaluationProtocol['corruptions']>['normaliser']> {
  const { severities, errors, ...reference } = normalisers[name];
  return { ...reference, severities: [...severities], errors: { ...errors } };
}

/** Another release of the library gives other pixels: its name is in the step's key, and the images must be its. */
function assertCodec({ codec }: BenchmarkParameters): void {
  if (codec === undefined || codec === IMAGE_DECODER) return;
  throw new DatasetError(
    `The benchmark was planned for images that ${codec} encodes and decodes; this is ${IMAGE_DECODER}.`,
    'Compile the recipe again with this version of Stockpot.',
  );
}

interface Scored {
  readonly positions: number[];
  /** What a protocol says of it. */
  readonly identity: Pick<EvaluationProtocol, 'dataset' | 'split' | 'subset'>;
}

type ScoredSplit = Scored &
  (
    | { readonly kind: 'images'; readonly dataset: Dataset; readonly split: Split }
    | { readonly kind: 'texts'; readonly dataset: TextDataset; readonly split: TextSplit }
  );

async function scoredSplit(
  context: StepContext,
  role: 'dataset' | 'other',
  { split: name, subset }: Pick<BenchmarkParameters, 'split' | 'subset'>,
): Promise<ScoredSplit> {
  const { path } = inputOf(context, role);
  const options = { resolveSource: context.resolveSource, splits: [name] };
  const of = (dataset: Dataset | TextDataset, split: LabelledSplit, image: readonly number[] | null): Scored => ({
    positions: choosePositions(split, subset),
    identity: {
      dataset: evaluationProtocol.shape.dataset.parse({
        contentHash: dataset.manifest.contentHash,
        image,
        classes: dataset.classes,
        ...pixelsOf(dataset.manifest),
      }),
      split: { name, role: split.role, contentHash: split.contentHash, n: split.n },
      subset: subset === null ? null : { ...subset, rule: SUBSET_RULE },
    },
  });
  if (await holdsText(path)) {
    const dataset = await openTextDataset(path, options);
    const split = dataset.split(name);
    return { kind: 'texts', dataset, split, ...of(dataset, split, null) };
  }
  const dataset = await openDataset(path, options);
  const split = dataset.split(name);
  return { kind: 'images', dataset, split, ...of(dataset, split, split.size) };
}

async function describeMeasure(
  { other }: BenchmarkParameters,
  measure: MeasureParameters,
  scored: ScoredSplit,
  context: StepContext,
): Promise<NonNullable<EvaluationProtocol['measure']>> {
  const described = {
    protocol: benchmarkKinds[measure.kind].protocol,
    formula: measures[measure.kind].formula,
    parameters: measure,
  };
  if (other === undefined) return described;
  const second = await scoredSplit(context, 'other', other);
  assertApart(scored, second);
  if (benchmarkKinds[measure.kind].second?.key === 'reference') assertSameClasses(scored, second);
  return { ...described, other: { ...second.identity, positions: second.positions } };
}

function pixelsOf(manifest: DatasetManifest): { pixels?: string } {
  return manifest.version === 2 && manifest.content.kind === 'encoded' ? { pixels: manifest.content.pixelsHash } : {};
}

const TOKENS =
  "tokens of the model's own tokenizer, the longer text cut first, to 128 tokens or the model's positions, padded and masked";

/** Of text: no corruptions, no pixels. */
function plainTexts({ corruptions, measure, classes }: BenchmarkParameters): BenchmarkImages {
  if (measure !== undefined && benchmarkKinds[measure.kind].reads === 'gradients') {
    throw new DatasetError(
      `A benchmark of the kind ${measure.kind} changes pixels a little along a gradient; the dataset holds text, and between two tokens of a vocabulary lies nothing.`,
      'Use it for images; the other kinds score texts as well.',
    );
  }
  if (classes !== undefined) {
    throw new DatasetError(
      `The classes of ${classes} are of images; the dataset holds text.`,
      'Remove `classes` from the benchmark.',
    );
  }
  if (corruptions !== null) {
    throw new DatasetError(
      `The corruption suite ${corruptions} is for images; the dataset holds text.`,
      'Use a benchmark without corruptions for this dataset.',
    );
  }
  return { output: null, corruptions: null, preprocessing: TOKENS };
}
