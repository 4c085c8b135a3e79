import { z } from 'zod';
import { encodeSafetensors } from '../checkpoints/safetensors.js';
import { type BenchmarkSuite, benchmarkSuites } from '../corruptions/index.js';
import { type Dataset, openDataset, type Split } from '../data/dataset.js';
import { DatasetError } from '../data/errors.js';
import type { DatasetManifest } from '../data/manifest.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { testTransform } from '../data/transforms/test-transform.js';
import { CancelledError } from '../errors.js';
import { IMAGES_TENSOR } from '../evaluation/examples.js';
import { statedMetrics } from '../evaluation/metrics/stated.js';
import { metricDefinitions } from '../evaluation/metrics/table.js';
import type { EvaluationProtocol } from '../evaluation/protocol.js';
import { canonicalJson } from '../json.js';
import { keyed } from '../random/index.js';
import { type BenchmarkParameters, benchmarkParameters, severity, splitRole } from '../recipe/parameters.js';
import { defineStep, inputOf, type StepContext, type StepOutput } from './definition.js';
import { openTexts, readsText } from './text/text-data.js';

export const benchmarkSummary = z.strictObject({
  /** Distinct examples; a corruption benchmark scores each once a cell. */
  n: z.int().min(1),
  /** SHA-256 of the protocol document. */
  protocol: z.string(),
  role: splitRole,
  split: z.string(),
  corruptions: z.array(z.string()).nullable(),
  severities: z.array(severity).nullable(),
});
export type BenchmarkSummary = z.infer<typeof benchmarkSummary>;

type CorruptionSuite = NonNullable<BenchmarkParameters['corruptions']>;

/** Bytes of corrupted images that a benchmark keeps: they are made and read at once, in memory. */
const LARGEST = 2e9;

const SUBSET_RULE = 'the first of a permutation keyed by (seed, subset), in ascending order';

/** What happens to an image before the model sees it, in the words of the protocol. */
const PIXELS = "pixels / 255, less the mean and divided by the deviation in the model's own metadata";
const RESIZED = `decoded, resized and cropped as the model's own metadata says, then ${PIXELS}`;

/** Fixes what is measured. Outputs: `protocol` (JSON) and, with corruptions, `images` (safetensors u8 [corruption, severity, n, c, h, w]). */
export const benchmark = defineStep({
  kind: 'benchmark',
  parameters: benchmarkParameters,
  summary: benchmarkSummary,
  async execute(parameters, context) {
    if (await readsText(context)) return await benchmarkOfTexts(parameters, context);
    const { path } = inputOf(context, 'dataset');
    const dataset = await openDataset(path, { resolveSource: context.resolveSource, splits: [parameters.split] });
    const split = dataset.split(parameters.split);
    const positions = choosePositions(split, parameters.subset);
    const { corruptions } = parameters;
    const suite: BenchmarkSuite | null = corruptions === null ? null : benchmarkSuites[corruptions];
    const cut = suite === null || split.size !== null ? null : suite.side;
    const images = await corruptedImages(parameters, dataset, split, positions, context);
    const protocol: EvaluationProtocol = {
      format: 'stockpot-protocol',
      version: 1,
      dataset: {
        contentHash: dataset.manifest.contentHash,
        image: split.size === null ? null : [...split.size],
        classes: dataset.classes,
        ...pixelsOf(dataset.manifest),
      },
      split: { name: split.name, role: split.role, contentHash: split.contentHash, n: split.n },
      subset: parameters.subset === null ? null : { ...parameters.subset, rule: SUBSET_RULE },
      positions,
      n: positions.length,
      preprocessing: cut === null ? (split.encoded ? RESIZED : PIXELS) : cutThen(cut),
      corruptions:
        images === null || corruptions === null
          ? null
          : describeCorruptions(corruptions, parameters.severities ?? [], images, cut),
      metrics: metricDefinitions(
        statedMetrics({ classes: dataset.classes, role: split.role, corrupted: images !== null }),
      ),
    };
    const document = await context.store.put(Buffer.from(canonicalJson(protocol)), 'application/json');
    return {
      outputs: images === null ? { protocol: document } : { images, protocol: document },
      summary: {
        n: positions.length,
        protocol: document.hash,
        role: split.role,
        split: split.name,
        corruptions: suite === null ? null : [...suite.corruptions.keys()],
        severities: images === null ? null : parameters.severities,
      },
    };
  },
});

function pixelsOf(manifest: DatasetManifest): { pixels?: string } {
  return manifest.version === 2 && manifest.content.kind === 'encoded' ? { pixels: manifest.content.pixelsHash } : {};
}

const TOKENS =
  "tokens of the model's own tokenizer, the longer text cut first, to 128 tokens or the model's positions, padded and masked";

/** Of text: no corruptions, no pixels. */
async function benchmarkOfTexts(parameters: BenchmarkParameters, context: StepContext) {
  const { corruptions, subset } = parameters;
  if (corruptions !== null) {
    throw new DatasetError(
      `The corruption suite ${corruptions} is for images; the dataset holds text.`,
      'Use a benchmark without corruptions for this dataset.',
    );
  }
  const dataset = await openTexts(context, parameters.split);
  const split = dataset.split(parameters.split);
  const positions = choosePositions(split, subset);
  const protocol: EvaluationProtocol = {
    format: 'stockpot-protocol',
    version: 1,
    dataset: { contentHash: dataset.manifest.contentHash, image: null, classes: dataset.classes },
    split: { name: split.name, role: split.role, contentHash: split.contentHash, n: split.n },
    subset: subset === null ? null : { ...subset, rule: SUBSET_RULE },
    positions,
    n: positions.length,
    preprocessing: TOKENS,
    corruptions: null,
    metrics: metricDefinitions(statedMetrics({ classes: dataset.classes, role: split.role, corrupted: false })),
  };
  const document = await context.store.put(Buffer.from(canonicalJson(protocol)), 'application/json');
  const { name, role } = split;
  const n = positions.length;
  return {
    outputs: { protocol: document },
    summary: { n, protocol: document.hash, role, split: name, corruptions: null, severities: null },
  };
}

function choosePositions(split: Pick<Split, 'name' | 'n'>, subset: BenchmarkParameters['subset']): number[] {
  if (subset === null) return Array.from({ length: split.n }, (_, position) => position);
  if (subset.count > split.n) {
    throw new DatasetError(
      `The benchmark asks for ${subset.count} examples of the split '${split.name}', which has ${split.n}.`,
      'Lower the count of the subset, or leave it out to use all examples.',
    );
  }
  return [...keyed(subset.seed, 'subset').permutation(split.n).subarray(0, subset.count)].sort((a, b) => a - b);
}

async function corruptedImages(
  { corruptions, severities }: BenchmarkParameters,
  dataset: Dataset,
  split: Split,
  positions: readonly number[],
  { reporter, signal, store }: StepContext,
): Promise<StepOutput | null> {
  if (corruptions === null) return null;
  const suite: BenchmarkSuite = benchmarkSuites[corruptions];
  const cut = split.size === null ? suite.side : null;
  const [channels, height, width] = cut === null ? split.image : [3, cut, cut];
  if (channels !== suite.channels) {
    throw new DatasetError(
      suite.channels === 1
        ? `The corruption suite ${corruptions} is for grey images; those of the dataset have ${channels} channels.`
        : `The corruption suite ${corruptions} is for colour images; those of the dataset have ${channels} channel.`,
      suite.channels === 1
        ? 'Use a benchmark without corruptions for this dataset.'
        : 'Use the suite mnist-c, or a benchmark without corruptions for this dataset.',
    );
  }
  const levels = severities ?? [];
  const indices = dataset.manifest.splits.find(({ name }) => name === split.name)?.indices ?? [];
  const size = channels * height * width;
  const cells = suite.corruptions.size * levels.length;
  if (cells * positions.length * size > LARGEST) {
    throw new DatasetError(
      `${cells} cells of ${positions.length} images of ${channels}×${height}×${width} bytes are ${Math.round((cells * positions.length * size) / 1e9)} GB; the corrupted images of a benchmark may have ${LARGEST / 1e9}.`,
      `Add a subset of at most ${Math.floor(LARGEST / (cells * size))} examples, or name fewer severities.`,
    );
  }
  const clean = cut === null ? await split.load(positions) : await squares(split, positions, cut);
  const images = new Uint8Array(cells * clean.length);
  let cell = 0;
  for (const { corrupt } of suite.corruptions.values()) {
    for (const level of levels) {
      for (const [row, position] of positions.entries()) {
        if (signal.aborted) throw new CancelledError('The benchmark');
        const data = clean.subarray(row * size, (row + 1) * size);
        const corrupted = await corrupt({ channels, height, width, data }, level, indices[position] ?? 0);
        images.set(corrupted, cell * clean.length + row * size);
      }
      cell++;
      reporter.progress({ done: cell, total: cells, unit: 'cells' });
      // Let a request to cancel arrive.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const shape = [suite.corruptions.size, levels.length, positions.length, channels, height, width];
  const file = encodeSafetensors(new Map([[IMAGES_TENSOR, { dtype: 'u8' as const, shape, data: images }]]));
  return store.put(file, 'application/x-safetensors');
}

/** Bytes [n, 3, side, side] of photographs: the middle of each, when its shorter side is 8/7 of the side. */
async function squares(split: Split, positions: readonly number[], side: number): Promise<Uint8Array> {
  const result = new Uint8Array(positions.length * 3 * side * side);
  for (const [row, position] of positions.entries()) {
    const photograph = await split.read(position);
    const { channels, data } = testTransform(photograph, cropOf(side), { height: side, width: side });
    if (channels !== 3) {
      throw new DatasetError(
        `An image of the split '${split.name}' has ${channels} channel; the corruptions are of colour images.`,
        'Register the dataset with images of three channels.',
      );
    }
    result.set(data, row * data.length);
  }
  return result;
}

/** As ImageNet-C was made: 256 and 224 pixels. */
function cropOf(side: number): Preprocessing {
  return { mean: [0], std: [1], resize: { shortest: Math.round((side * 8) / 7) }, crop: { height: side, width: side } };
}

function cutThen(side: number): string {
  const shorter = Math.round((side * 8) / 7);
  return `decoded, the shorter side resized to ${shorter} pixels (bilinear), the middle ${side}×${side} corrupted, resized to the model's input; then ${PIXELS}`;
}

function describeCorruptions(
  name: CorruptionSuite,
  severities: readonly number[],
  images: StepOutput,
  cut: number | null,
): NonNullable<EvaluationProtocol['corruptions']> {
  const { protocol, corruptions }: BenchmarkSuite = benchmarkSuites[name];
  return {
    suite: name,
    protocol,
    ...(cut === null ? {} : { image: [3, cut, cut] as [number, number, number] }),
    severities: [...severities],
    order: 'for each corruption of the list, for each severity, all examples',
    randomness: `Philox4x32-10 keyed by (0, ${protocol}, corruption, index of the example in its file)`,
    list: [...corruptions].map(([corruption, { definition, levels }]) => ({
      name: corruption,
      definition,
      levels: severities.map((level) => ({ ...levels[level - 1] })),
    })),
    images: images.hash,
  };
}
