import { CancelledError } from '../errors.js';
import { correctBits } from '../evaluation/bitmap.js';
import { brier } from '../evaluation/metrics/brier.js';
import { ece } from '../evaluation/metrics/ece.js';
import { nll } from '../evaluation/metrics/nll.js';
import { top1 } from '../evaluation/metrics/top1.js';
import { type Predictions, predictedClass, predictions } from '../evaluation/predictions.js';
import { type OnnxFileSession, openOnnxFile } from '../runtime/onnx-file.js';
import { comparePaired, wilsonInterval } from '../statistics/index.js';
import type { ExportExamples } from './examples.js';
import { type Fed, type FedRun, filledUp } from './fed.js';

const MOST_EXAMPLES = 32;

/** What a file takes at once; null when that is any number. */
type Batch = number | null;

/** Rows of numbers [rows, width] by a file: logits, or features. */
async function rowsOf(
  session: OnnxFileSession,
  { places: { length: rows }, feeds }: FedRun,
  batch: Batch,
): Promise<Float32Array> {
  const outputs = await session.run(batch === null ? feeds : filledUp(feeds, batch));
  const data = outputs[session.outputs[0] ?? '']?.data;
  if (!(data instanceof Float32Array)) throw new TypeError('The file gave no f32 rows.');
  return data.subarray(0, (data.length / (batch ?? rows)) * rows);
}

/** A file's rows [n, width] for all examples, in their order. Throws CancelledError. */
export async function rowsByFile(
  session: OnnxFileSession,
  fed: Fed,
  batch: Batch,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress?: (done: number) => void },
): Promise<Float32Array> {
  let rows: Float32Array | undefined;
  let done = 0;
  for await (const run of fed.runs(batch ?? MOST_EXAMPLES)) {
    if (signal.aborted) throw new CancelledError('The export');
    const found = await rowsOf(session, run, batch);
    const width = found.length / run.places.length;
    rows ??= new Float32Array(fed.n * width);
    for (const [row, place] of run.places.entries()) {
      rows.set(found.subarray(row * width, (row + 1) * width), place * width);
    }
    done += run.places.length;
    onProgress?.(done);
  }
  return rows ?? new Float32Array();
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
  /** Distinct ones among them, which intervals count. */
  readonly distinct: number;
  readonly original: FileScores;
  readonly exported: FileScores;
  /** exported − original, with the paired 95 % interval: Newcombe's, or Student's by example where they come in versions. */
  readonly difference: { readonly top1: number; readonly low: number; readonly high: number };
  /** Share of examples to which both say the same class. */
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
  /** Milliseconds for one example, the median of the runs. */
  readonly one: number;
  /** Examples a second, several at once; null for a file that takes one. */
  readonly perSecond: number | null;
  readonly threads: number;
}

const WARM_UP = 3;
const RUNS = 21;
const MOST_MILLISECONDS = 4000;

/** Times a file, and tells how many numbers it gives for an example. What is in the examples does not matter. */
export async function timed(
  path: string,
  sample: (examples: number) => FedRun['feeds'],
  batch: Batch,
  threads: number,
): Promise<{ readonly speed: Speed; readonly width: number }> {
  const session = await openOnnxFile(path, { threads });
  try {
    const run = (examples: number) => {
      const asked = { places: Array.from({ length: examples }, (_, place) => place), feeds: sample(examples) };
      return () => rowsOf(session, asked, batch);
    };
    const { length: width } = await run(1)();
    const one = await medianOf(run(1));
    if (batch === 1) return { speed: { one, perSecond: null, threads }, width };
    const several = batch ?? MOST_EXAMPLES;
    return { speed: { one, perSecond: (1000 * several) / (await medianOf(run(several))), threads }, width };
  } finally {
    await session.dispose();
  }
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
