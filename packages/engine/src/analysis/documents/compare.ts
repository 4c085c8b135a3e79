import { z } from 'zod';
import { comparePaired, pairedT, wilsonInterval } from '../../statistics/index.js';
import { normalQuantile } from '../../statistics/normal.js';
import { AnalysisError } from '../errors.js';
import { count, type Examined, examined, head, headOf, interval, share } from './parts.js';

const measured = z.strictObject({
  value: share.describe('top-1'),
  interval: interval.describe("Wilson's, on the distinct examples"),
});

const difference = z.strictObject({
  value: z.number().describe('first less second'),
  interval,
  p: share.describe('two-sided p-value of no difference'),
  test: z
    .enum(['mcnemar', 'paired-t'])
    .describe("McNemar's exact test with Newcombe's interval, or Student's of the differences by distinct example"),
});

export const compareDocument = z.strictObject({
  ...head('compare'),
  models: z.tuple([z.string(), z.string()]).describe('first and second'),
  examined,
  level: z.number().describe('confidence level of the intervals'),
  counts: z
    .strictObject({
      both: count.describe('both right'),
      onlyFirst: count.describe('only the first right'),
      onlySecond: count.describe('only the second right'),
      neither: count.describe('neither right'),
    })
    .describe('rows that both, one or none of the two got right'),
  accuracy: z.tuple([measured, measured]).describe('of each model'),
  difference: difference.describe('of the accuracies'),
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

/**
 * Whether two models differ on the same examples (`comparePaired`). In a benchmark of corruptions an image comes again in each
 * cell: images, not rows, are independent then, and differences are tested by image.
 */
export function analyseCompare(
  [first, second]: readonly [ComparedModel, ComparedModel],
  examinedOn: Examined,
  { level = 0.95 }: { readonly level?: number } = {},
): CompareDocument {
  const { rows, n } = examinedOn;
  const found = comparePaired(first.correct, second.correct, { n, versions: rows / n }, level);
  const { both, onlyFirst, onlySecond } = found.counts;
  return compareDocument.parse({
    ...headOf('compare'),
    models: [first.name, second.name],
    examined: examinedOn,
    level,
    counts: found.counts,
    accuracy: [both + onlyFirst, both + onlySecond].map((right) => ({
      value: right / rows,
      interval: wilsonInterval((right * n) / rows, n, normalQuantile((1 + level) / 2)),
    })),
    difference: shown(found, found.test),
    loss:
      first.losses === undefined || second.losses === undefined || n < 2
        ? null
        : shown(pairedT(byExample(first.losses, second.losses, examinedOn), level), 'paired-t'),
  });
}

function shown(
  { difference: value, low, high, p }: { difference: number; low: number; high: number; p: number },
  test: 'mcnemar' | 'paired-t',
): z.input<typeof difference> {
  return { value, interval: { low, high }, p, test };
}

/** Differences of the losses, the mean over the cells of each distinct example. */
function byExample(first: ArrayLike<number>, second: ArrayLike<number>, { n, rows }: Examined): Float64Array {
  if (first.length !== rows || second.length !== rows) {
    throw new AnalysisError(
      `${first.length} and ${second.length} losses were given for ${rows} rows.`,
      'Compare models on one benchmark.',
    );
  }
  const means = new Float64Array(n);
  for (let row = 0; row < rows; row++) {
    means[row % n] = (means[row % n] ?? 0) + (((first[row] ?? 0) - (second[row] ?? 0)) * n) / rows;
  }
  return means;
}
