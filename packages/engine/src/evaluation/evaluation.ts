import { z } from 'zod';
import type { Labels } from '../data/split.js';
import { correctBits, unpackBits } from './bitmap.js';
import { cellsOf, meanCorruptionError } from './cells.js';
import { readDocument } from './document.js';
import { EvaluationError } from './errors.js';
import { answerMetrics, isMetricValue, metricNamed, type TableName } from './metrics/table.js';
import { type Predictions, predictions } from './predictions.js';
import { type EvaluationProtocol, rowsOf } from './protocol.js';
import { worstCell } from './robustness/corruption-error.js';

const share = z.number().min(0).max(1);

/**
 * Numbers by a name of the table of metrics (metrics/table.ts): 'top5', or 'ce:fog' where a row has one number per something.
 * Nothing else is accepted, and no value outside of its row's range.
 */
const furtherNumbers = z.record(z.string(), z.number()).superRefine((numbers, context) => {
  for (const [name, value] of Object.entries(numbers)) {
    if (isMetricValue(name, value)) continue;
    const row = metricNamed(name);
    const message = row === undefined ? 'is no row of the table of metrics' : `is ${value}, outside of its range`;
    context.addIssue({ code: 'custom', path: [name], message: `'${name}' ${message}` });
  }
});

/**
 * The numbers of one model on one benchmark: the `evaluation` artifact, and all but its cost. What exactly each of them is, the
 * protocol document says; a kind of benchmark that has no such number leaves it null (detection has no top-1, a group rule no
 * NLL), and puts what it has into `further`.
 */
export const evaluationDocument = z.strictObject({
  format: z.literal('stockpot-evaluation'),
  version: z.literal(2),
  /** SHA-256 of the protocol document. */
  protocol: z.string(),
  /** Distinct examples behind every number here. */
  n: z.int().min(1),
  /** Where it is null no example is right or wrong, and the `correct` output is empty. */
  top1: share.nullable(),
  nll: z.number().min(0).nullable(),
  ece: share.nullable(),
  brier: z.number().min(0).max(2).nullable(),
  /** Null for a benchmark without corruptions. */
  cells: z
    .strictObject({
      corruption: z.array(z.string()),
      severity: z.array(z.int()),
      n: z.array(z.int().min(1)),
      top1: z.array(share),
    })
    .nullable(),
  /** Mean over corruptions of the mean over severities of 1 − top1; no reference model normalises it. */
  meanCorruptionError: share.nullable(),
  further: furtherNumbers,
  /** Where the temperature among `further` was fitted; null where there is none. */
  calibration: z
    .strictObject({
      /** SHA-256 of the protocol of the selection benchmark. */
      protocol: z.string(),
      /** Its distinct examples. */
      n: z.int().min(1),
      /** Where the NLL has no minimum within the range of temperatures: the end that was taken. */
      bound: z.enum(['low', 'high']).nullable(),
    })
    .nullable(),
});
export type EvaluationDocument = z.infer<typeof evaluationDocument>;

/**
 * Scores a model's answers to a benchmark of labelled examples: every number of the table that predictions determine and that
 * the protocol names in `metrics`.
 *
 * @param logits [rows, classes]: the examples in the protocol's order; for a corruption benchmark for each corruption,
 *   for each severity
 * @param labels of the n examples
 * @param protocolHash SHA-256 of the protocol document
 */
export function evaluate(
  protocol: EvaluationProtocol,
  protocolHash: string,
  logits: Float32Array,
  labels: Labels,
): { evaluation: EvaluationDocument; correct: Uint8Array<ArrayBuffer> } {
  const { n, corruptions } = protocol;
  const severities = corruptions?.severities ?? [];
  const names = corruptions?.list.map(({ name }) => name) ?? [];
  const answered = answeredRows(protocol, logits, labels);
  const correct = correctBits(answered);
  const cells = corruptions === null ? null : cellsOf(unpackBits(correct, answered.n), names, severities, n);
  const values = valuesOf(protocol, answered);
  if (cells !== null) values.set('worstCell', worstCell(cells).top1);
  const { top1 = null, nll = null, ece = null, brier = null, ...further } = Object.fromEntries(values);
  return {
    evaluation: evaluationDocument.parse({
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
      further,
      calibration: null,
    }),
    correct,
  };
}

/** The top-1 of answers to a benchmark alone, for whoever chooses by it: the same number as `evaluate` gives. */
export function accuracy(protocol: EvaluationProtocol, logits: Float32Array, labels: Labels): number {
  return answerMetrics.top1.compute(answeredRows(protocol, logits, labels));
}

function answeredRows(protocol: EvaluationProtocol, logits: Float32Array, labels: Labels): Predictions {
  return predictions(logits, repeat(labels, rowsOf(protocol) / protocol.n), protocol.dataset.classes);
}

/** The numbers that the protocol names and predictions determine. */
function valuesOf({ metrics }: EvaluationProtocol, answered: Predictions): Map<string, number> {
  const values = new Map<string, number>();
  for (const [name, { compute }] of Object.entries(answerMetrics)) {
    const value = Object.hasOwn(metrics, name) ? compute(answered) : null;
    if (value !== null) values.set(name, value);
  }
  return values;
}

/**
 * The names of the numbers that a benchmark of labelled examples states of every model, for its protocol: those of the
 * confidence and the answers, top-5 where there are more than five classes, F1 where there are two, and those of corruptions.
 *
 * @param classes that a model chooses from
 */
export function statedMetrics(classes: number, corrupted: boolean): TableName[] {
  const names: TableName[] = ['top1', 'nll', 'ece', 'adaptiveEce', 'brier', 'macroF1', 'matthews'];
  if (classes > 5) names.push('top5');
  if (classes === 2) names.push('f1');
  if (corrupted) names.push('meanCorruptionError', 'worstCell');
  return names;
}

/** Reads an evaluation of this version. Throws EvaluationError. */
export function readEvaluationDocument(path: string): Promise<EvaluationDocument> {
  return readDocument(path, evaluationDocument, 'an evaluation');
}

/** Reads an evaluation and checks that it was taken by this protocol. Throws EvaluationError. */
export async function readEvaluation(path: string, protocolHash: string): Promise<EvaluationDocument> {
  const evaluation = await readEvaluationDocument(path);
  if (evaluation.protocol !== protocolHash) {
    throw new EvaluationError(
      `${path}: the evaluation was made by the protocol ${evaluation.protocol}, not by ${protocolHash}.`,
      'Scores of different protocols are not comparable: evaluate every ingredient on the same benchmark.',
    );
  }
  return evaluation;
}

/** The top-1 of an evaluation. Throws EvaluationError for one of a benchmark that has none. */
export function top1Of({ top1, protocol }: EvaluationDocument): number {
  if (top1 !== null) return top1;
  throw new EvaluationError(
    `The evaluation by the protocol ${protocol} has no top-1: its benchmark states other numbers.`,
    'Choose by a benchmark whose examples are classified.',
  );
}

function repeat(labels: Labels, times: number): Labels {
  const length = labels.length * times;
  const result = labels instanceof Uint8Array ? new Uint8Array(length) : new Uint32Array(length);
  for (let index = 0; index < times; index++) result.set(labels, index * labels.length);
  return result;
}
