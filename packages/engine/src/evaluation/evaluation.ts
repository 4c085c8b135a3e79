import type { Labels } from '../data/split.js';
import { correctBits, unpackBits } from './bitmap.js';
import { calibrationOf, scaledNumbers } from './calibration/scaled-numbers.js';
import { type Cells, cellsOf, meanCorruptionError } from './cells.js';
import { EvaluationError } from './errors.js';
import { type EvaluationDocument, evaluationDocument } from './evaluation-document.js';
import { classRules } from './groups/class-rules.js';
import { answerMetrics } from './metrics/table.js';
import { type Predictions, predictions } from './predictions.js';
import { type EvaluationProtocol, rowsOf } from './protocol.js';
import { corruptionErrors, worstCell } from './robustness/corruption-error.js';

/** What is known of the same model from other benchmarks. */
export interface OtherEvaluations {
  /** On a benchmark of the selection split: its temperature scales the numbers of calibration. */
  readonly calibration?: EvaluationDocument;
  /** On the uncorrupted images: relative corruption errors are relative to it. */
  readonly clean?: EvaluationDocument;
}

/**
 * Scores a model's answers to a benchmark of labelled examples: every number of the table that predictions determine and that
 * the protocol names in `metrics`, and those that other evaluations of the model add.
 *
 * @param logits [rows, classes of the model]: the examples in the protocol's order; for a corruption benchmark for each
 *   corruption, for each severity
 * @param labels of the n examples
 * @param protocolHash SHA-256 of the protocol document
 */
export function evaluate(
  protocol: EvaluationProtocol,
  protocolHash: string,
  logits: Float32Array,
  labels: Labels,
  others: OtherEvaluations = {},
): { evaluation: EvaluationDocument; correct: Uint8Array<ArrayBuffer> } {
  const { n, corruptions } = protocol;
  const answered = answeredRows(protocol, logits, labels);
  const correct = correctBits(answered);
  const cells =
    corruptions === null
      ? null
      : cellsOf(
          unpackBits(correct, answered.n),
          corruptions.list.map(({ name }) => name),
          corruptions.severities,
          n,
        );
  const { top1 = null, nll = null, ece = null, brier = null, ...further } = answerNumbers(protocol, answered);
  const { temperature, calibration } = calibrationOf(protocol, protocolHash, answered, others.calibration);
  const evaluation = {
    format: 'stockpot-evaluation',
    version: 2,
    protocol: protocolHash,
    n,
    top1,
    nll,
    ece,
    brier,
    cells,
    meanCorruptionError: cells === null ? null : meanCorruptionError(cells),
    further: {
      ...further,
      ...(temperature === null ? {} : scaledNumbers(protocol, answered, temperature)),
      ...(cells === null ? {} : corruptionNumbers(protocol, cells, others.clean)),
    },
    calibration,
    clean: cleanOf(protocol, others.clean),
  };
  return { evaluation: evaluationDocument.parse(evaluation), correct };
}

/** The top-1 of answers to a benchmark alone, for whoever chooses by it: the same number as `evaluate` gives. */
export function accuracy(protocol: EvaluationProtocol, logits: Float32Array, labels: Labels): number {
  return answerMetrics.top1.compute(answeredRows(protocol, logits, labels));
}

/** The rows over the benchmark's classes, whatever the model's are. */
function answeredRows(protocol: EvaluationProtocol, logits: Float32Array, labels: Labels): Predictions {
  const { dataset, scoring, n } = protocol;
  const rows = rowsOf(protocol);
  const repeated = repeatLabels(labels, rows / n);
  if (scoring === undefined) return predictions(logits, repeated, dataset.classes);
  const rule = classRules[scoring.classes];
  if (logits.length !== rows * rule.modelClasses) {
    throw new EvaluationError(
      `The benchmark is scored by ${scoring.classes}, among ${rule.modelClasses} classes; the model answers with ${logits.length / rows}.`,
      "Score models with a head for ImageNet's 1,000 classes, or remove `classes` from the benchmark.",
    );
  }
  return rule.view(logits, repeated);
}

/** The numbers that the protocol names and predictions determine. */
function answerNumbers({ metrics }: EvaluationProtocol, answered: Predictions): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, { compute }] of Object.entries(answerMetrics)) {
    const value = Object.hasOwn(metrics, name) ? compute(answered) : null;
    if (value !== null) values[name] = value;
  }
  return values;
}

/** The worst cell, and where the protocol declares a normaliser its CEs; the relative ones where the clean error is known. */
function corruptionNumbers(
  protocol: EvaluationProtocol,
  cells: Cells,
  clean: EvaluationDocument | undefined,
): Record<string, number> {
  const numbers: Record<string, number> = { worstCell: worstCell(cells).top1 };
  const normaliser = protocol.corruptions?.normaliser;
  if (normaliser === undefined) return numbers;
  const top1 = cleanOf(protocol, clean)?.top1 ?? null;
  const { ce, mce, relativeCe, relativeMce } = corruptionErrors(cells, top1 === null ? null : 1 - top1, normaliser);
  for (const [name, value] of Object.entries(ce)) numbers[`ce:${name}`] = value;
  for (const [name, value] of Object.entries(relativeCe ?? {})) numbers[`relativeCe:${name}`] = value;
  return { ...numbers, mce, ...(relativeMce === null ? {} : { relativeMce }) };
}

function cleanOf(
  { corruptions }: EvaluationProtocol,
  clean: EvaluationDocument | undefined,
): EvaluationDocument['clean'] {
  if (clean === undefined || clean.top1 === null || corruptions?.normaliser === undefined) return null;
  return { protocol: clean.protocol, top1: clean.top1 };
}

/** The labels of n examples that come in so many versions, one version after the other. */
export function repeatLabels(labels: Labels, times: number): Labels {
  const length = labels.length * times;
  const result = labels instanceof Uint8Array ? new Uint8Array(length) : new Uint32Array(length);
  for (let index = 0; index < times; index++) result.set(labels, index * labels.length);
  return result;
}
