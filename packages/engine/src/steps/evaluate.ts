import { z } from 'zod';
import { decodeSafetensors, encodeSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import { answer } from '../evaluation/answer.js';
import { EvaluationError } from '../evaluation/errors.js';
import { type OtherEvaluations, evaluate as score } from '../evaluation/evaluation.js';
import { type EvaluationDocument, evaluationDocument, readEvaluationDocument } from '../evaluation/evaluation-document.js';
import { type BenchmarkExamples, benchmarkExamples } from '../evaluation/examples.js';
import { type EvaluationProtocol, readProtocol, rowsOf } from '../evaluation/protocol.js';
import type { Tensor } from '../graph/tensor.js';
import { canonicalJson } from '../json.js';
import { loadModel } from '../models/load-model.js';
import { loadTextModel } from '../models/text/load-text-model.js';
import { visionModel } from '../models/vision-model.js';
import { evaluateParameters } from '../recipe/parameters.js';
import { averageLogits } from '../soups/logit-ensemble.js';
import { classifier } from '../training/inference.js';
import { defineStep, inputOf, inputsOf, type StepContext } from './definition.js';
import { type BenchmarkTexts, benchmarkTexts } from './text/answer-text.js';
import { readsText } from './text/text-data.js';

/** Images in one run of the network. Results do not depend on it: the last run is padded. */
const BATCH = 100;
const LOGITS_TENSOR = 'logits';

export const evaluateSummary = evaluationDocument.omit({ format: true, version: true, protocol: true, clean: true }).extend({
  /** Images through a network that this answer takes: rows × members. */
  forwardPasses: z.int().min(1),
  seconds: z.number().min(0),
});
export type EvaluateSummary = z.infer<typeof evaluateSummary>;

interface Answered {
  readonly logits: Float32Array;
  readonly forwardPasses: number;
}

/**
 * Scores one model on one benchmark. Outputs: `evaluation` (JSON), `correct` (bitmap, least significant bit first, cells
 * one after the other) and `logits` (safetensors f32 [rows, classes]). Equal inputs give equal bytes.
 */
export const evaluate = defineStep({
  kind: 'evaluate',
  parameters: evaluateParameters,
  summary: evaluateSummary,
  async execute({ predictor }, context) {
    const started = performance.now();
    const { hash: protocolHash, path } = inputOf(context, 'benchmark');
    const protocol = await readProtocol(path);
    const examples = (await readsText(context))
      ? await benchmarkTexts(protocol, context)
      : await benchmarkExamples(
          protocol,
          inputOf(context, 'dataset').path,
          protocol.corruptions === null ? null : inputOf(context, 'images').path,
          context.resolveSource,
        );
    const { logits, forwardPasses } =
      predictor === 'logit-ensemble'
        ? await answerAsEnsemble(protocol, context)
        : 'answer' in examples
          ? await answerTexts(predictor, protocol, examples, context)
          : await answerAsNetwork(predictor, examples, context);
    const others = await otherEvaluations(context);
    const { evaluation, correct } = score(protocol, protocolHash, logits, examples.labels, others);
    const { store } = context;
    const tensor: Tensor = { dtype: 'f32', shape: [rowsOf(protocol), logits.length / rowsOf(protocol)], data: logits };
    const { format: _, version: __, protocol: ___, clean: ____, ...numbers } = evaluation;
    return {
      outputs: {
        correct: await store.put(correct, 'application/octet-stream'),
        logits: await store.put(encodeSafetensors(new Map([[LOGITS_TENSOR, tensor]])), 'application/x-safetensors'),
        evaluation: await store.put(Buffer.from(canonicalJson(evaluation)), 'application/json'),
      },
      summary: { ...numbers, forwardPasses, seconds: (performance.now() - started) / 1000 },
    };
  },
});

/** Evaluations of the same model that this one builds on: both are optional inputs of the step. */
async function otherEvaluations(context: StepContext): Promise<OtherEvaluations> {
  const others: { calibration?: EvaluationDocument; clean?: EvaluationDocument } = {};
  for (const role of ['calibration', 'clean'] as const) {
    const [given] = context.inputs[role] ?? [];
    if (given !== undefined) others[role] = await readEvaluationDocument(given.path);
  }
  return others;
}

async function answerAsNetwork(
  predictor: 'checkpoint' | 'probe',
  { images: imagesFor, rows }: BenchmarkExamples,
  context: StepContext,
): Promise<Answered> {
  const { signal, reporter, threads, device } = context;
  const { tensors, architecture, preprocessing } = await loadModel(inputOf(context, 'model').path, 'The model');
  const withHead = predictor === 'probe' ? await addHead(tensors, context) : tensors;
  const network = await classifier(withHead, architecture, { batch: BATCH, threads, device });
  try {
    const started = performance.now();
    await using images = imagesFor({ image: visionModel(architecture).imageShape, normalise: preprocessing });
    const logits = await answer(network, images, {
      signal,
      onProgress: (done) => {
        const rate = done / ((performance.now() - started) / 1000);
        reporter.progress({ done, total: rows, unit: 'images', rate });
      },
    });
    return { logits, forwardPasses: rows };
  } finally {
    await network.dispose();
  }
}

async function answerTexts(
  predictor: 'checkpoint' | 'probe',
  protocol: EvaluationProtocol,
  texts: BenchmarkTexts,
  context: StepContext,
): Promise<Answered> {
  const model = await loadTextModel(inputOf(context, 'model').path, 'The model');
  const withHead = predictor === 'probe' ? await addHead(model.tensors, context) : model.tensors;
  return { logits: await texts.answer(model, withHead), forwardPasses: rowsOf(protocol) };
}

/** The stock has features but no head: it is scored with the probe's. */
async function addHead(tensors: ReadonlyMap<string, Tensor>, context: StepContext) {
  const head = await readSafetensors(inputOf(context, 'head').path);
  return new Map([...tensors, ...head.tensors]);
}

async function answerAsEnsemble(protocol: EvaluationProtocol, context: StepContext): Promise<Answered> {
  const members: Float32Array[] = [];
  for (const { hash, path } of inputsOf(context, 'logits')) {
    const logits = decodeSafetensors(await context.store.read(hash), path).tensors.get(LOGITS_TENSOR);
    const rows = rowsOf(protocol);
    const size = members[0]?.length ?? rows * (logits?.shape[1] ?? 0);
    if (!(logits?.data instanceof Float32Array) || logits.shape[0] !== rows || logits.data.length !== size) {
      throw new EvaluationError(
        `${path}: a member of the ensemble answered [${logits?.shape.join(', ')}] logits; the benchmark and the first member ask for [${rows}, ${size / rows}].`,
        'Evaluate every member on this benchmark, with heads of the same classes.',
      );
    }
    members.push(logits.data);
  }
  return { logits: averageLogits(members), forwardPasses: rowsOf(protocol) * members.length };
}
