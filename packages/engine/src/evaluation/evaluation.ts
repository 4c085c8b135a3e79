import { z } from 'zod';
import type { Labels } from '../data/split.js';
import { correctBits, unpackBits } from './bitmap.js';
import { cellsOf, meanCorruptionError } from './cells.js';
import { readDocument } from './document.js';
import { EvaluationError } from './errors.js';
import { type MetricName, metrics } from './metrics/index.js';
import { predictions } from './predictions.js';
import type { EvaluationProtocol } from './protocol.js';

const share = z.number().min(0).max(1);

/** The numbers of one model on one benchmark: the `evaluation` artifact, and all but its cost. */
export const evaluationDocument = z.strictObject({
  format: z.literal('stockpot-evaluation'),
  version: z.literal(1),
  /** SHA-256 of the protocol document. */
  protocol: z.string(),
  /** Distinct examples behind every number here. */
  n: z.int().min(1),
  top1: share,
  nll: z.number().min(0),
  ece: share,
  brier: z.number().min(0).max(2),
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
});
export type EvaluationDocument = z.infer<typeof evaluationDocument>;

/**
 * Scores a model's answers to a benchmark.
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
  const { n, corruptions, dataset } = protocol;
  const severities = corruptions?.severities ?? [];
  const names = corruptions?.list.map(({ name }) => name) ?? [];
  const cellCount = corruptions === null ? 1 : names.length * severities.length;
  const answered = predictions(logits, repeat(labels, cellCount), dataset.classes);
  const correct = correctBits(answered);
  const values = Object.fromEntries(
    Object.entries(metrics).map(([name, { compute }]) => [name, compute(answered)]),
  ) as Record<MetricName, number>;
  const cells = corruptions === null ? null : cellsOf(unpackBits(correct, answered.n), names, severities, n);
  return {
    evaluation: evaluationDocument.parse({
      format: 'stockpot-evaluation',
      version: 1,
      protocol: protocolHash,
      n,
      ...values,
      cells,
      meanCorruptionError: cells === null ? null : meanCorruptionError(cells),
    }),
    correct,
  };
}

/** Reads an evaluation and checks that it was taken by this protocol. Throws EvaluationError. */
export async function readEvaluation(path: string, protocolHash: string): Promise<EvaluationDocument> {
  const evaluation = await readDocument(path, evaluationDocument, 'an evaluation');
  if (evaluation.protocol !== protocolHash) {
    throw new EvaluationError(
      `${path}: the evaluation was made by the protocol ${evaluation.protocol}, not by ${protocolHash}.`,
      'Scores of different protocols are not comparable: evaluate every ingredient on the same benchmark.',
    );
  }
  return evaluation;
}

function repeat(labels: Labels, times: number): Labels {
  const length = labels.length * times;
  const result = labels instanceof Uint8Array ? new Uint8Array(length) : new Uint32Array(length);
  for (let index = 0; index < times; index++) result.set(labels, index * labels.length);
  return result;
}
