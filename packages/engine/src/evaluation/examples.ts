import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodeSafetensors } from '../checkpoints/safetensors.js';
import { type Labels, type OpenDatasetOptions, openDataset } from '../data/dataset.js';
import { loadTestImages } from '../data/loader/index.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { type TestImages, type TestPlan, testImagesOf } from '../data/test-images.js';
import { EvaluationError } from './errors.js';
import { type EvaluationProtocol, rowsOf } from './protocol.js';

/** The images that a benchmark shows a model, and the labels of its examples. */
export interface BenchmarkExamples {
  /** Ready for a model, in the order of the rows. */
  images(plan: Pick<TestPlan, 'image' | 'normalise'>): TestImages;
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
  const dataset = await openDataset(manifestPath, { resolveSource, splits: [protocol.split.name] });
  const split = dataset.split(protocol.split.name);
  if (
    dataset.manifest.contentHash !== protocol.dataset.contentHash ||
    split.contentHash !== protocol.split.contentHash
  ) {
    throw new EvaluationError(
      `The benchmark was fixed on the split '${protocol.split.name}' with hash ${protocol.split.contentHash}; the dataset's has ${split.contentHash}.`,
      'Run the recipe again: the benchmark is fixed anew on the data that is there.',
    );
  }
  const labels = split.labels(protocol.positions);
  const rows = rowsOf(protocol);
  if (protocol.corruptions === null) {
    const place = { split: split.name, manifest: manifestPath, folder: resolveSource(dataset.manifest.source) };
    const images = (plan: Pick<TestPlan, 'image' | 'normalise'>) =>
      loadTestImages({ plan: { ...plan, positions: protocol.positions }, dataset, ...place });
    return { images, labels, rows };
  }
  if (imagesPath === null) {
    throw new EvaluationError(
      'The corrupted images of the benchmark were not given.',
      'Compile the recipe again with this version of Stockpot.',
    );
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
