import type { Preprocessing } from '../data/preprocessing.js';
import type { TestImages } from '../data/test-images.js';
import { CancelledError } from '../errors.js';
import { correctBits } from '../evaluation/bitmap.js';
import { brier } from '../evaluation/metrics/brier.js';
import { ece } from '../evaluation/metrics/ece.js';
import { nll } from '../evaluation/metrics/nll.js';
import { top1 } from '../evaluation/metrics/top1.js';
import { type Predictions, predictedClass, predictions } from '../evaluation/predictions.js';
import type { Tensor } from '../graph/tensor.js';
import type { OnnxFileSession } from '../runtime/onnx-file.js';
import { comparePaired, wilsonInterval } from '../statistics/index.js';
import type { ExportExamples } from './examples.js';
import { IMAGES_INPUT, PIXELS_INPUT } from './network.js';

/** How the input of a file is laid out. */
export interface FileInput {
  readonly pixels: boolean;
  /** [c, h, w] */
  readonly image: readonly [number, number, number];
  /** Images at once; null when any number is taken. */
  readonly batch: number | null;
}

const MOST_IMAGES = 32;

/** The preparation under which images come out as bytes: each number times 255 is the pixel. */
export function asPixels({ mean, std, ...geometry }: Preprocessing): Preprocessing {
  return { mean: mean.map(() => 0), std: std.map(() => 1 / 255), ...geometry };
}

/** Images [n, c, h, w] as a file's input tensor: pixels as bytes, or normalised numbers. */
export function inputTensor({ pixels, image }: Pick<FileInput, 'pixels' | 'image'>, values: Float32Array): Tensor {
  const shape = [values.length / (image[0] * image[1] * image[2]), ...image];
  return pixels
    ? { dtype: 'u8', shape, data: Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value)))) }
    : { dtype: 'f32', shape, data: values };
}

/** Rows of numbers for images by a file: logits, or features. */
export async function rowsByFile(
  session: OnnxFileSession,
  input: FileInput,
  values: Float32Array,
): Promise<Float32Array[]> {
  const size = input.image[0] * input.image[1] * input.image[2];
  const count = values.length / size;
  const most = input.batch ?? MOST_IMAGES;
  const rows: Float32Array[] = [];
  for (let from = 0; from < count; from += most) {
    const some = Math.min(most, count - from);
    // A file of a fixed batch is fed whole ones; what is added is not looked at.
    const chunk = new Float32Array((input.batch ?? some) * size);
    chunk.set(values.subarray(from * size, (from + some) * size));
    const outputs = await session.run({ [input.pixels ? PIXELS_INPUT : IMAGES_INPUT]: inputTensor(input, chunk) });
    const data = outputs[session.outputs[0] ?? '']?.data;
    if (!(data instanceof Float32Array)) throw new TypeError('The file gave no f32 rows.');
    const width = data.length / (input.batch ?? some);
    for (let row = 0; row < some; row++) rows.push(data.slice(row * width, (row + 1) * width));
  }
  return rows;
}

/** A file's logits [n, classes] for all images. Throws CancelledError. */
export async function logitsByFile(
  session: OnnxFileSession,
  input: FileInput,
  images: TestImages,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (let index = 0; index < images.chunks; index++) {
    const chunk = await images.chunk(index);
    const size = input.image[0] * input.image[1] * input.image[2];
    for (let from = 0; from < chunk.length; from += size * MOST_IMAGES) {
      if (signal.aborted) throw new CancelledError('The export');
      parts.push(...(await rowsByFile(session, input, chunk.subarray(from, from + size * MOST_IMAGES))));
      onProgress(parts.length);
    }
  }
  const width = parts[0]?.length ?? 0;
  const logits = new Float32Array(parts.length * width);
  for (const [row, part] of parts.entries()) logits.set(part, row * width);
  return logits;
}

/** The numbers of one model on the examples. */
export interface FileScores {
  readonly top1: number;
  /** Wilson, 95 %. */
  readonly low: number;
  readonly high: number;
  readonly nll: number;
  readonly ece: number;
  readonly brier: number;
}

/** A file beside the model that it was made of, on the same examples. */
export interface Comparison {
  readonly examples: string;
  readonly n: number;
  /** Distinct images among them, which intervals count. */
  readonly distinct: number;
  readonly original: FileScores;
  readonly exported: FileScores;
  /** exported − original, with the paired 95 % interval: Newcombe's, or Student's by image where images come in versions. */
  readonly difference: { readonly top1: number; readonly low: number; readonly high: number };
  /** Share of images to which both say the same class. */
  readonly agreement: number;
  /** Of any logit. */
  readonly largestDifference: number;
}

/** Throws EvaluationError for logits that are not finite, or of other classes than the examples'. */
export function compareAnswers(
  { labels, classes, words, versions }: Pick<ExportExamples, 'labels' | 'classes' | 'words' | 'versions'>,
  original: Float32Array,
  exported: Float32Array,
): Comparison {
  const [first, second] = [predictions(exported, labels, classes), predictions(original, labels, classes)];
  const { n } = first;
  const distinct = n / versions;
  const shape = { n: distinct, versions };
  const { difference, low, high } = comparePaired(correctBits(first), correctBits(second), shape);
  let same = 0;
  for (let row = 0; row < n; row++) if (predictedClass(first, row) === predictedClass(second, row)) same++;
  let largest = 0;
  for (let i = 0; i < exported.length; i++)
    largest = Math.max(largest, Math.abs((exported[i] ?? 0) - (original[i] ?? 0)));
  return {
    examples: words,
    n,
    distinct,
    original: scoresOf(second, distinct),
    exported: scoresOf(first, distinct),
    difference: { top1: difference, low, high },
    agreement: same / n,
    largestDifference: largest,
  };
}

function scoresOf(answers: Predictions, distinct: number): FileScores {
  const share = top1.compute(answers);
  const { low, high } = wilsonInterval(share * distinct, distinct);
  return {
    top1: share,
    low,
    high,
    nll: nll.compute(answers),
    ece: ece.compute(answers),
    brier: brier.compute(answers),
  };
}

/** How long a file takes, in this process, on this machine. */
export interface Speed {
  /** Milliseconds for one image, the median of the runs. */
  readonly oneImage: number;
  /** Images a second, several at once; null for a file that takes one image. */
  readonly imagesPerSecond: number | null;
  readonly threads: number;
}

const WARM_UP = 3;
const RUNS = 21;
const MOST_MILLISECONDS = 4000;

/** Times a file. What is in the images does not matter. */
export async function speedOf(session: OnnxFileSession, input: FileInput, threads: number): Promise<Speed> {
  const size = input.image[0] * input.image[1] * input.image[2];
  const images = (count: number) => Float32Array.from({ length: count * size }, (_, i) => (i % 251) / 251);
  const one = await medianOf(() => rowsByFile(session, input, images(1)));
  if (input.batch === 1) return { oneImage: one, imagesPerSecond: null, threads };
  const several = input.batch ?? MOST_IMAGES;
  const batch = images(several);
  return {
    oneImage: one,
    imagesPerSecond: (1000 * several) / (await medianOf(() => rowsByFile(session, input, batch))),
    threads,
  };
}

/** Median milliseconds of a run. */
async function medianOf(run: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < WARM_UP; i++) await run();
  const times: number[] = [];
  const started = performance.now();
  while (times.length < RUNS && (times.length < 3 || performance.now() - started < MOST_MILLISECONDS)) {
    const begin = performance.now();
    await run();
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? 0;
}
