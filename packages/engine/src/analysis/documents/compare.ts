import { z } from 'zod';
import { mcnemar, newcombeDifference, pairedBootstrap, pairedCounts, wilsonInterval } from '../../statistics/index.js';
import { normalQuantile } from '../../statistics/normal.js';
import { AnalysisError } from '../errors.js';
import { count, type Examined, examined, head, headOf, interval, share } from './parts.js';

const difference = z.strictObject({
  value: z.number().describe('first less second'),
  interval,
  method: z.enum(['newcombe', 'paired-bootstrap']),
});

export const compareDocument = z.strictObject({
  ...head('compare'),
  models: z.tuple([z.string(), z.string()]),
  examined,
  level: z.number().describe('confidence level of the intervals'),
  counts: z
    .strictObject({ both: count, onlyFirst: count, onlySecond: count, neither: count })
    .describe('rows that both, one or none of the two got right'),
  accuracy: z
    .tuple([
      z.strictObject({ value: share, interval: interval.nullable() }),
      z.strictObject({ value: share, interval: interval.nullable() }),
    ])
    .describe('top-1 of each, with Wilson’s interval; null where rows are no independent examples'),
  difference: difference.describe('of the accuracies'),
  p: share
    .nullable()
    .describe('two-sided p-value of McNemar’s exact test; null where rows are no independent examples'),
  midP: share.nullable().describe('the same by mid-p: less conservative'),
  loss: difference.nullable().describe('of the mean NLL, nats: below 0 where the first is better; null without logits'),
});
export type CompareDocument = z.infer<typeof compareDocument>;

/** What is known of one model's answers. */
export interface ComparedModel {
  readonly name: string;
  /** Bitmap of rows: cells one after the other, least significant bit first, as evaluations store it. */
  readonly correct: Uint8Array;
  /** NLL of each row, nats. */
  readonly losses?: ArrayLike<number>;
}

/** Resamples of the paired bootstrap. */
const RESAMPLES = 2000;

/**
 * Whether two models differ on the same examples: counts, the difference with its interval (Newcombe 1998, method 10) and
 * McNemar's exact p-value. In a benchmark of corruptions an image comes again in each cell: images, not rows, are resampled then,
 * and nothing is said that takes rows for independent.
 */
export function analyseCompare(
  [first, second]: readonly [ComparedModel, ComparedModel],
  examinedOn: Examined,
  { level = 0.95, seed = 0 }: { readonly level?: number; readonly seed?: number } = {},
): CompareDocument {
  const { rows, n } = examinedOn;
  const counts = pairedCounts(first.correct, second.correct, rows);
  const independent = rows === n;
  const right = [counts.both + counts.onlyFirst, counts.both + counts.onlySecond] as const;
  const accuracy = right.map((correct) => {
    const wilson = wilsonInterval(correct, rows, normalQuantile((1 + level) / 2));
    return { value: correct / rows, interval: independent ? { low: wilson.low, high: wilson.high } : null };
  });
  const { difference: value, low, high } = newcombeDifference(counts, level);
  return compareDocument.parse({
    ...headOf('compare'),
    models: [first.name, second.name],
    examined: examinedOn,
    level,
    counts,
    accuracy,
    difference: independent
      ? { value, interval: { low, high }, method: 'newcombe' }
      : resampled(bits(first.correct, rows), bits(second.correct, rows), examinedOn, { level, seed }),
    p: independent ? mcnemar(counts) : null,
    midP: independent ? mcnemar(counts, { midP: true }) : null,
    loss:
      first.losses === undefined || second.losses === undefined
        ? null
        : resampled(first.losses, second.losses, examinedOn, { level, seed }),
  });
}

/** The mean difference over rows, its interval by resampling distinct examples. */
function resampled(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { n, rows }: Examined,
  { level, seed }: { readonly level: number; readonly seed: number },
): z.input<typeof difference> {
  const [one, two] = [first, second].map((values) => {
    if (values.length !== rows) {
      throw new AnalysisError(
        `${values.length} numbers were given for ${rows} rows.`,
        'Compare models on one benchmark.',
      );
    }
    const means = new Float64Array(n);
    for (let row = 0; row < rows; row++) means[row % n] = (means[row % n] ?? 0) + ((values[row] ?? 0) * n) / rows;
    return means;
  });
  const found = pairedBootstrap(one ?? [], two ?? [], { seed, level, resamples: RESAMPLES });
  return { value: found.estimate, interval: { low: found.low, high: found.high }, method: 'paired-bootstrap' };
}

function bits(bitmap: Uint8Array, rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => ((bitmap[row >>> 3] ?? 0) >>> (row & 7)) & 1);
}
