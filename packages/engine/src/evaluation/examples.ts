import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodeSafetensors, encodeSafetensors } from '../checkpoints/safetensors.js';
import { alignRows, DIGEST_BYTES, officialCells, officialImages, officialSets } from '../corruptions/index.js';
import {
  type Dataset,
  type Labels,
  type OpenDatasetOptions,
  openDataset,
  openTextDataset,
  type Split,
  type TextSplit,
} from '../data/dataset.js';
import { loadTestImages } from '../data/loader/index.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { type TestImages, type TestPlan, testImagesOf } from '../data/test-images.js';
import type { Tensor } from '../graph/tensor.js';
import { canonicalJson, type JsonObject } from '../json.js';
import { datasetSource } from '../recipe/parameters.js';
import { EvaluationError } from './errors.js';
import { type EvaluationProtocol, rowsOf } from './protocol.js';
import { assertSameData } from './same-data.js';

/** The images that a benchmark shows a model, and the labels of its examples. */
export interface BenchmarkExamples {
  /** Ready for a model, in the order of the rows. */
  images(plan: Pick<TestPlan, 'image' | 'normalise' | 'rows'>): TestImages;
  /** Of the n examples. */
  readonly labels: Labels;
  readonly rows: number;
}

/** Name of the tensor that the `images` output of a corruption benchmark holds. */
export const IMAGES_TENSOR = 'images';

/** Collects the examples of a protocol, after checking that the dataset and the stored images are those it names. */
export async function benchmarkExamples(
  protocol: EvaluationProtocol,
  manifestPath: string,
  imagesPath: string | null,
  resolveSource: OpenDatasetOptions['resolveSource'],
): Promise<BenchmarkExamples> {
  const plain = await readExamples(protocol, manifestPath, resolveSource);
  if (protocol.corruptions === null) return plain;
  const { labels, dataset, split } = plain;
  const rows = rowsOf(protocol);
  if (imagesPath === null) {
    throw new EvaluationError(
      'The corrupted images of the benchmark were not given.',
      'Compile the recipe again with this version of Stockpot.',
    );
  }
  if (protocol.corruptions.origin === 'official files') {
    const images = await officialExamples(imagesPath, protocol, { dataset, split, resolveSource });
    return { images: (plan) => images({ ...plan, normalise: uncropped(plan.normalise) }), labels, rows };
  }
  const cut = protocol.corruptions.image;
  const size = cut ?? split.image;
  const bytes = await readImages(imagesPath, protocol, size, protocol.corruptions.images);
  return {
    // What was cut out before it was corrupted is not cut a second time: it goes straight to the model's input.
    images: (plan) =>
      testImagesOf(bytes, size, cut === undefined ? plan : { ...plan, normalise: uncropped(plan.normalise) }),
    labels,
    rows,
  };
}

/** Of official files: where they are, and the hash of the pixels of each image [rows, 32]. */
export const DIGESTS_TENSOR = 'digests';
/** Keys of the metadata beside them: the source as a recipe names it, and the corruptions in the order of the cells. */
const SOURCE_KEY = 'source';

/** The `images` output of a benchmark on official files. */
export function encodeOfficialImages(digests: Buffer, source: JsonObject): Uint8Array<ArrayBuffer> {
  const shape = [digests.length / DIGEST_BYTES, DIGEST_BYTES];
  const tensor: Tensor = { dtype: 'u8', shape, data: new Uint8Array(digests) };
  return encodeSafetensors(new Map([[DIGESTS_TENSOR, tensor]]), { [SOURCE_KEY]: canonicalJson(source) });
}

/** The images of official files, found where the benchmark found them and held against the hashes that its protocol names. */
async function officialExamples(
  path: string,
  protocol: EvaluationProtocol,
  {
    dataset,
    split,
    resolveSource,
  }: { dataset: Dataset; split: Split; resolveSource: OpenDatasetOptions['resolveSource'] },
): Promise<(plan: TestPlan) => TestImages> {
  const { corruptions } = protocol;
  const { tensors, metadata } = decodeSafetensors(await readFile(path), path);
  const digests = tensors.get(DIGESTS_TENSOR)?.data;
  const source = datasetSource.safeParse(JSON.parse(metadata.get(SOURCE_KEY) ?? 'null'));
  if (
    corruptions === null ||
    !(digests instanceof Uint8Array) ||
    !source.success ||
    hash('sha256', digests) !== corruptions.images
  ) {
    throw new EvaluationError(
      `${path}: these are not the hashes of the official images that the protocol names.`,
      'Run the recipe again: the benchmark is fixed anew.',
    );
  }
  const wanted = corruptions.list.map(({ name }) => name);
  const set = await officialSets[corruptions.suite](resolveSource(source.data), { corruptions: wanted });
  const cells = officialCells(set, wanted, corruptions.severities);
  const rows = alignRows(set, dataset, split, protocol.positions);
  const channels = split.channels === 1 ? 1 : 3;
  return (plan) => officialImages({ set, cells, rows, channels }, Buffer.from(digests), plan);
}

/** The examples of a split at some positions, as they are, after checking that the split is the one that is meant. */
export async function readExamples(
  { dataset: identity, split: expected, positions }: Pick<EvaluationProtocol, 'dataset' | 'split' | 'positions'>,
  manifestPath: string,
  resolveSource: OpenDatasetOptions['resolveSource'],
): Promise<BenchmarkExamples & { readonly dataset: Dataset; readonly split: Split }> {
  const dataset = await openDataset(manifestPath, { resolveSource, splits: [expected.name] });
  const split = dataset.split(expected.name);
  assertSameData({ dataset: identity, split: expected }, dataset, split);
  const place = { split: split.name, manifest: manifestPath, folder: resolveSource(dataset.manifest.source) };
  return {
    images: (plan) => loadTestImages({ plan: { ...plan, positions }, dataset, ...place }),
    labels: split.labels(positions),
    rows: positions.length,
    dataset,
    split,
  };
}

/** The texts of a split, after checking that the split is the one that is meant. */
export async function readTexts(
  { dataset: identity, split: expected, positions }: Pick<EvaluationProtocol, 'dataset' | 'split' | 'positions'>,
  manifestPath: string,
  resolveSource: OpenDatasetOptions['resolveSource'],
): Promise<{ readonly labels: Labels; readonly split: TextSplit }> {
  const dataset = await openTextDataset(manifestPath, { resolveSource, splits: [expected.name] });
  const split = dataset.split(expected.name);
  assertSameData({ dataset: identity, split: expected }, dataset, split);
  return { labels: split.labels(positions), split };
}

function uncropped({ resize: _, crop: __, ...rest }: Preprocessing): Preprocessing {
  return rest;
}

async function readImages(
  path: string,
  protocol: EvaluationProtocol,
  [channels, height, width]: readonly [number, number, number],
  expected: string,
): Promise<Uint8Array> {
  const bytes = await readFile(path);
  const found = hash('sha256', bytes);
  if (found !== expected) {
    throw new EvaluationError(
      `${path}: the corrupted images have the hash ${found}; the protocol names ${expected}.`,
      'Run the recipe again: the images are made anew.',
    );
  }
  const images = decodeSafetensors(bytes, path).tensors.get(IMAGES_TENSOR)?.data;
  if (!(images instanceof Uint8Array) || images.length !== rowsOf(protocol) * channels * height * width) {
    throw new EvaluationError(
      `${path}: expected bytes of ${rowsOf(protocol)} images, found something else.`,
      'Run the recipe again: the images are made anew.',
    );
  }
  return images;
}
