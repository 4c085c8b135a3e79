import { z } from 'zod';
import { readDocument } from './document.js';
import { EvaluationError } from './errors.js';
import { isMetricValue, metricNamed } from './metrics/table.js';

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
  /** What relative corruption errors are relative to: the same model on uncorrupted images. Null where there are none. */
  clean: z.strictObject({ protocol: z.string(), top1: share }).nullable(),
});
export type EvaluationDocument = z.infer<typeof evaluationDocument>;

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
