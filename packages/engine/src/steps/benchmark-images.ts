/** @file The corrupted images of a benchmark: generated and kept, or found in official files and hashed. */
import { hash } from 'node:crypto';
import { encodeSafetensors } from '../checkpoints/safetensors.js';
import {
  alignRows,
  type BenchmarkSuite,
  benchmarkSuites,
  officialCells,
  officialDigests,
  officialSets,
} from '../corruptions/index.js';
import type { Dataset, Split } from '../data/dataset.js';
import { DatasetError } from '../data/errors.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { testTransform } from '../data/transforms/test-transform.js';
import { CancelledError } from '../errors.js';
import { encodeOfficialImages, IMAGES_TENSOR } from '../evaluation/examples.js';
import type { EvaluationProtocol } from '../evaluation/protocol.js';
import type { BenchmarkParameters, CorruptionSuiteName, DatasetSource } from '../recipe/parameters.js';
import type { StepContext, StepOutput } from './definition.js';

/** Bytes of corrupted images that a benchmark keeps: they are made and read at once, in memory. */
const LARGEST = 2e9;

/** What happens to an image before the model sees it, in the words of the protocol. */
const PIXELS = "pixels / 255, less the mean and divided by the deviation in the model's own metadata";
const RESIZED = `decoded, resized and cropped as the model's own metadata says, then ${PIXELS}`;

/** The corrupted images of a benchmark and what its protocol says of them. */
export interface BenchmarkImages {
  /** Null without corruptions. */
  readonly output: StepOutput | null;
  readonly corruptions: EvaluationProtocol['corruptions'];
  readonly preprocessing: string;
}

export function benchmarkImages(
  parameters: BenchmarkParameters,
  dataset: Dataset,
  split: Split,
  positions: readonly number[],
  context: StepContext,
): Promise<BenchmarkImages> {
  const { corruptions: suite, files } = parameters;
  if (suite === null) {
    return Promise.resolve({ output: null, corruptions: null, preprocessing: split.encoded ? RESIZED : PIXELS });
  }
  return files === undefined
    ? generatedImages(suite, parameters, dataset, split, positions, context)
    : officialFiles(suite, { ...parameters, files }, dataset, split, positions, context);
}

async function officialFiles(
  suite: CorruptionSuiteName,
  { files, only, severities, codec }: BenchmarkParameters & { readonly files: DatasetSource },
  dataset: Dataset,
  split: Split,
  positions: readonly number[],
  { reporter, resolveSource, signal, store }: StepContext,
): Promise<BenchmarkImages> {
  const set = await officialSets[suite](resolveSource(files), { corruptions: only ?? 'tested' });
  const names = [...new Set(set.cells.map(({ corruption }) => corruption))];
  const levels = severities ?? [];
  const cells = officialCells(set, names, levels);
  const rows = alignRows(set, dataset, split, positions);
  const [channels] = set.content.kind === 'pixels' ? set.content.image : [split.channels];
  if (channels !== split.channels) throw otherChannels(suite, channels, split.channels);
  const choice = { set, cells, rows, channels: channels === 1 ? 1 : 3 } as const;
  const digests = await officialDigests(choice, {
    signal,
    onCell: (done) => reporter.progress({ done, total: cells.length, unit: 'cells' }),
  });
  return {
    output: await store.put(encodeOfficialImages(digests, files), 'application/x-safetensors'),
    corruptions: {
      suite,
      protocol: set.protocol,
      origin: 'official files',
      ...(codec === undefined ? {} : { decoder: codec }),
      severities: [...levels],
      order: 'for each corruption of the list, for each severity, all examples',
      randomness: 'none: the published images',
      list: names.map((name) => ({
        name,
        definition: `As published: ${cells.find(({ corruption }) => corruption === name)?.source} and its like.`,
        levels: [],
      })),
      images: hash('sha256', digests),
    },
    preprocessing: `as the files have them${set.content.kind === 'encoded' ? ', decoded' : ''}, resized to the model's input where they have another size; then ${PIXELS}`,
  };
}

function otherChannels(suite: CorruptionSuiteName, suited: number, found: number): DatasetError {
  return new DatasetError(
    suited === 1
      ? `The corruption suite ${suite} is for grey images; those of the dataset have ${found} channels.`
      : `The corruption suite ${suite} is for colour images; those of the dataset have ${found} channel.`,
    suited === 1
      ? 'Use a benchmark without corruptions for this dataset.'
      : 'Use the suite mnist-c, or a benchmark without corruptions for this dataset.',
  );
}

async function generatedImages(
  name: CorruptionSuiteName,
  parameters: BenchmarkParameters,
  dataset: Dataset,
  split: Split,
  positions: readonly number[],
  context: StepContext,
): Promise<BenchmarkImages> {
  const suite: BenchmarkSuite = benchmarkSuites[name];
  const cut = split.size === null ? suite.side : null;
  const levels = parameters.severities ?? [];
  const output = await corruptedImages(name, levels, dataset, split, positions, context);
  return {
    output,
    corruptions: describeCorruptions(name, levels, output, cut),
    preprocessing: cut === null ? (split.encoded ? RESIZED : PIXELS) : cutThen(cut),
  };
}

async function corruptedImages(
  name: CorruptionSuiteName,
  levels: readonly number[],
  dataset: Dataset,
  split: Split,
  positions: readonly number[],
  { reporter, signal, store }: StepContext,
): Promise<StepOutput> {
  const suite: BenchmarkSuite = benchmarkSuites[name];
  const cut = split.size === null ? suite.side : null;
  const [channels, height, width] = cut === null ? split.image : [3, cut, cut];
  if (channels !== suite.channels) throw otherChannels(name, suite.channels, channels);
  const indices = dataset.manifest.splits.find((entry) => entry.name === split.name)?.indices ?? [];
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
  name: CorruptionSuiteName,
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
