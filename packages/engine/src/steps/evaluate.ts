import { z } from 'zod';
import { encodeSafetensors } from '../checkpoints/safetensors.js';
import { EvaluationError } from '../evaluation/errors.js';
import { type OtherEvaluations, evaluate as score } from '../evaluation/evaluation.js';
import {
  type EvaluationDocument,
  evaluationDocument,
  readEvaluationDocument,
} from '../evaluation/evaluation-document.js';
import { type EvaluationProtocol, readProtocol, rowsOf } from '../evaluation/protocol.js';
import type { Tensor } from '../graph/tensor.js';
import { canonicalJson } from '../json.js';
import { type EvaluateParameters, evaluateParameters } from '../recipe/parameters.js';
import { defineStep, inputOf, type StepContext } from './definition.js';
import type { Passes } from './measures/measure.js';
import { measured } from './measures/measured.js';
import { answerAsNetwork, ensembleAnswers, LOGITS_TENSOR } from './network-answers.js';
import { stepExamples } from './step-examples.js';
import { answerAsTextNetwork } from './text/answer-text.js';

export const evaluateSummary = evaluationDocument
  .omit({ format: true, version: true, protocol: true, clean: true })
  .extend({
    /** Examples through networks that this number cost: of both splits, and of the members where an ensemble averages their answers. */
    forwardPasses: z.int().min(1),
    /** Examples that a gradient was taken of; absent where none was. */
    backwardPasses: z.int().min(1).exactOptional(),
    seconds: z.number().min(0),
  });
export type EvaluateSummary = z.infer<typeof evaluateSummary>;

interface Answered {
  readonly logits: Float32Array;
  readonly forwardPasses: number;
}

/** What an evaluation gives out: `answers` is the `logits` output, absent where no logits were asked for. */
export interface Scored {
  readonly evaluation: EvaluationDocument;
  readonly correct: Uint8Array<ArrayBuffer>;
  readonly answers?: ReadonlyMap<string, Tensor>;
  readonly passes: Passes;
}

/**
 * Scores one model on one benchmark. Outputs: `evaluation` (JSON), `correct` (bitmap, least significant bit first, cells
 * one after the other; empty where no example is right or wrong) and, where logits were asked for, `logits` (safetensors f32
 * [rows, classes]). Equal inputs give equal bytes.
 */
export const evaluate = defineStep({
  kind: 'evaluate',
  parameters: evaluateParameters,
  summary: evaluateSummary,
  async execute({ predictor }, context) {
    const started = performance.now();
    const { hash, path } = inputOf(context, 'benchmark');
    const protocol = await readProtocol(path);
    const scored: Scored =
      protocol.measure === undefined
        ? await classified(protocol, hash, predictor, context)
        : await measured(protocol, hash, predictor, context);
    const { evaluation, correct, answers, passes } = scored;
    const { store } = context;
    const { format: _, version: __, protocol: ___, clean: ____, ...numbers } = evaluation;
    return {
      outputs: {
        correct: await store.put(correct, 'application/octet-stream'),
        ...(answers === undefined
          ? {}
          : { logits: await store.put(encodeSafetensors(answers), 'application/x-safetensors') }),
        evaluation: await store.put(Buffer.from(canonicalJson(evaluation)), 'application/json'),
      },
      summary: {
        ...numbers,
        forwardPasses: passes.forward,
        ...(passes.backward === undefined ? {} : { backwardPasses: passes.backward }),
        seconds: (performance.now() - started) / 1000,
      },
    };
  },
});

/** Labelled examples, whose answers are right or wrong. */
async function classified(
  protocol: EvaluationProtocol,
  protocolHash: string,
  predictor: EvaluateParameters['predictor'],
  context: StepContext,
): Promise<Scored> {
  if (predictor === 'features') {
    throw new EvaluationError(
      'Features alone answer no example; the benchmark asks for classes.',
      'Compile the recipe again with this version of Stockpot.',
    );
  }
  const examples = await stepExamples(protocol, context);
  const { logits, forwardPasses } =
    predictor === 'logit-ensemble'
      ? await answerAsEnsemble(protocol, context)
      : 'answer' in examples
        ? { logits: await answerAsTextNetwork(predictor, examples, context), forwardPasses: rowsOf(protocol) }
        : { logits: await answerAsNetwork(predictor, examples, context), forwardPasses: examples.rows };
  const others = await otherEvaluations(context);
  const shape = [rowsOf(protocol), logits.length / rowsOf(protocol)];
  return {
    ...score(protocol, protocolHash, logits, examples.labels, others),
    answers: new Map([[LOGITS_TENSOR, { dtype: 'f32', shape, data: logits }]]),
    passes: { forward: forwardPasses },
  };
}

/** Evaluations of the same model that this one builds on: both are optional inputs of the step. */
async function otherEvaluations(context: StepContext): Promise<OtherEvaluations> {
  const others: { calibration?: EvaluationDocument; clean?: EvaluationDocument } = {};
  for (const role of ['calibration', 'clean'] as const) {
    const [given] = context.inputs[role] ?? [];
    if (given !== undefined) others[role] = await readEvaluationDocument(given.path);
  }
  return others;
}

async function answerAsEnsemble(protocol: EvaluationProtocol, context: StepContext): Promise<Answered> {
  const rows = rowsOf(protocol);
  const members = await ensembleAnswers(context, { [LOGITS_TENSOR]: rows });
  return { logits: members.averaged(LOGITS_TENSOR), forwardPasses: rows * members.count };
}
