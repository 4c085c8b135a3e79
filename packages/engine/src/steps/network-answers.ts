/** @file What networks answer to images, and ensembles of them. */
import { z } from 'zod';
import { decodeSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import { answer } from '../evaluation/answer.js';
import { EvaluationError } from '../evaluation/errors.js';
import type { BenchmarkExamples } from '../evaluation/examples.js';
import type { Tensor } from '../graph/tensor.js';
import { loadModel } from '../models/load-model.js';
import { visionModel } from '../models/vision-model.js';
import { averageLogits } from '../soups/logit-ensemble.js';
import { classifier } from '../training/inference.js';
import { inputOf, inputsOf, type StepContext } from './definition.js';

/** Images in one run of the network. Results do not depend on it: the last run is padded. */
const BATCH = 100;

/** The answers to the examples of a benchmark, in its `logits` output. */
export const LOGITS_TENSOR = 'logits';

interface NetworkAnswerOptions {
  readonly share?: { readonly before: number; readonly all: number };
}

/**
 * The logits [rows, classes] of the step's model for the images of a benchmark.
 *
 * @param options.share where these images are among all that the step goes through; left out, they are all
 */
export async function answerAsNetwork(
  predictor: 'checkpoint' | 'probe',
  { images: imagesFor, rows }: Pick<BenchmarkExamples, 'images' | 'rows'>,
  context: StepContext,
  { share = { before: 0, all: rows } }: NetworkAnswerOptions = {},
): Promise<Float32Array<ArrayBuffer>> {
  const { signal, reporter, threads, device } = context;
  const { tensors, architecture, preprocessing } = await loadModel(inputOf(context, 'model').path, 'The model');
  const withHead = predictor === 'probe' ? await addHead(tensors, context) : tensors;
  const network = await classifier(withHead, architecture, { batch: BATCH, threads, device });
  try {
    const started = performance.now();
    await using images = imagesFor({ image: visionModel(architecture).imageShape, normalise: preprocessing });
    return await answer(network, images, {
      signal,
      onProgress: (done) => {
        const rate = done / ((performance.now() - started) / 1000);
        reporter.progress({ done: share.before + done, total: share.all, unit: 'images', rate });
      },
    });
  } finally {
    await network.dispose();
  }
}

/** The stock has features but no head: it is scored with the probe's. */
export async function addHead(tensors: ReadonlyMap<string, Tensor>, context: StepContext) {
  const head = await readSafetensors(inputOf(context, 'head').path);
  return new Map([...tensors, ...head.tensors]);
}

export interface EnsembleAnswers {
  /** Networks that are averaged. */
  readonly count: number;
  /** One of the tensors that the members answered with, of each of them. */
  each(name: string): readonly Float32Array[];
  /** The mean over the members. */
  averaged(name: string): Float32Array;
}

/**
 * The answers of the members of an ensemble, from the step's input `logits`.
 *
 * @param rows by the name of each tensor that is wanted the rows that it must have
 */
export async function ensembleAnswers(
  context: StepContext,
  rows: Readonly<Record<string, number>>,
): Promise<EnsembleAnswers> {
  const members: ReadonlyMap<string, Float32Array>[] = [];
  const chosen = await chosenMembers(context);
  for (const { hash, path } of inputsOf(context, 'logits').filter((_, index) => chosen?.includes(index) ?? true)) {
    const { tensors } = decodeSafetensors(await context.store.read(hash), path);
    const answers = Object.entries(rows).map(([name, n]): [string, Float32Array] => {
      const found = tensors.get(name);
      const size = members[0]?.get(name)?.length ?? n * (found?.shape[1] ?? 0);
      if (found?.data instanceof Float32Array && found.shape[0] === n && found.data.length === size) {
        return [name, found.data];
      }
      throw new EvaluationError(
        `${path}: a member of the ensemble answered [${found?.shape.join(', ')}] logits; the benchmark and the first member ask for [${n}, ${size / n}].`,
        'Evaluate every member on this benchmark, with heads of the same classes.',
      );
    });
    members.push(new Map(answers));
  }
  const each = (name: string) => members.flatMap((member) => member.get(name) ?? []);
  return { count: members.length, each, averaged: (name) => averageLogits(each(name)) };
}

/** The document of an ensemble: whose answers are averaged. */
const ensembleMembers = z.object({
  method: z.string(),
  /** Hashes of their checkpoints. */
  members: z.array(z.string()).min(1),
  /** Their places among all that might have been chosen; absent where they are all. */
  chosen: z.array(z.int().min(0)).min(1).exactOptional(),
});

/** Which of the answers count, for an ensemble whose members were chosen; undefined where all do. */
async function chosenMembers({ inputs, store }: StepContext): Promise<readonly number[] | undefined> {
  const [document] = inputs.members ?? [];
  if (document === undefined) return undefined;
  const text = Buffer.from(await store.read(document.hash)).toString('utf8');
  return ensembleMembers.parse(JSON.parse(text)).chosen;
}
