/** @file What a file answers and how long it takes, beside the model that it was made of. */
import type { TestImages } from '../data/test-images.js';
import { answer } from '../evaluation/answer.js';
import { visionModel } from '../models/vision-model.js';
import { type OnnxFileSession, openOnnxFile } from '../runtime/onnx-file.js';
import { classifier } from '../training/inference.js';
import type { FilePrecision } from './encode-network.js';
import { ExportError } from './errors.js';
import type { ExportExamples } from './examples.js';
import type { NetworkExport, NetworkExportOptions } from './export-network.js';
import {
  asPixels,
  type Comparison,
  compareAnswers,
  type FileInput,
  logitsByFile,
  rowsByFile,
  type Speed,
  speedOf,
} from './measure.js';

/** Images in one run of the model that a file is held against. */
const BATCH = 100;

/** Images as the file takes them. */
export function imagesFor(
  { model: { architecture, preprocessing }, pixels }: NetworkExport,
  examples: ExportExamples,
): TestImages {
  const { imageShape } = visionModel(architecture);
  return examples.images({ image: imageShape, normalise: pixels ? asPixels(preprocessing) : preprocessing });
}

/** At most so many, in memory. */
export async function firstImages(images: TestImages, most: number, shape: readonly number[]): Promise<Float32Array> {
  await using held = images;
  const size = shape.reduce((product, length) => product * length, 1);
  const all = new Float32Array(Math.min(most, held.n) * size);
  for (let index = 0, at = 0; at < all.length; index++) {
    const chunk = await held.chunk(index);
    all.set(chunk.subarray(0, all.length - at), at);
    at += chunk.length;
  }
  return all;
}

/** The speed of a file, and how many numbers it gives for an image. */
export async function timed(
  path: string,
  input: FileInput,
  threads: number,
): Promise<{ readonly speed: Speed; readonly width: number }> {
  const session = await openOnnxFile(path, { threads });
  try {
    const size = input.image[0] * input.image[1] * input.image[2];
    const [row] = await rowsByFile(session, input, new Float32Array(size));
    return { speed: await speedOf(session, input, threads), width: row?.length ?? 0 };
  } finally {
    await session.dispose();
  }
}

/** The answers of the model, by the engine that trained and scored it, and those of the file. */
export async function compared(
  path: string,
  input: FileInput,
  order: NetworkExport,
  examples: ExportExamples,
  { threads, signal, onProgress }: NetworkExportOptions,
): Promise<Comparison> {
  const { model } = order;
  const { architecture, preprocessing, tensors } = model;
  if (!tensors.has('head.weight')) {
    throw new ExportError(
      'The model has no head, so it has no accuracy that could be measured.',
      'Export it without --data and --benchmark, or fine-tune it first.',
    );
  }
  const network = await classifier(tensors, architecture, { batch: BATCH, threads });
  let session: OnnxFileSession | undefined;
  try {
    await using images = examples.images({ image: input.image, normalise: preprocessing });
    const { n } = images;
    const told = (what: string) => (done: number) => onProgress?.(what, done, n);
    const wanted = await answer(network, images, { signal, onProgress: told('images answered by the model') });
    session = await openOnnxFile(path, { threads });
    await using own = imagesFor(order, examples);
    const found = await logitsByFile(session, input, own, { signal, onProgress: told('images answered by the file') });
    return compareAnswers(examples, wanted, found);
  } finally {
    await session?.dispose();
    await network.dispose();
  }
}

/** Throws ExportError for a file that loses more than is allowed. */
export function refuseLoss(precision: FilePrecision, { original, exported, n }: Comparison, tolerance: number): void {
  const lost = original.top1 - exported.top1;
  if (lost <= tolerance) return;
  const points = (share: number) => (100 * share).toFixed(2);
  throw new ExportError(
    `As ${precision} the model answers ${points(exported.top1)} % of ${n} images right, and ${points(original.top1)} % as it is: ` +
      `it would lose ${points(lost)} points, more than the ${points(tolerance)} that are allowed. Nothing was written.`,
    ADVICE[precision],
  );
}

const ADVICE: Readonly<Record<FilePrecision, string>> = {
  f32: 'This was not expected: report it with the checkpoint.',
  f16: 'Take --precision f32, or allow the loss: --tolerance 0.05 allows 5 points.',
  'int8-dynamic':
    "Keep the most sensitive weights in f32 (--keep 'head.*'), try --reduce-range, take f16, or allow the loss: --tolerance 0.05 allows 5 points.",
  'int8-static':
    "Calibrate on more images or by --ranges min-max, keep the most sensitive weights in f32 (--keep 'head.*'), try --reduce-range, or allow the loss: --tolerance 0.05 allows 5 points.",
};
