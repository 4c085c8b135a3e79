/** @file What documents of analyses are made of. Shares are in 0 … 1, losses in nats; models are named in the order of `models`. */
import { z } from 'zod';
import { METRICS } from '../../recipe/analysis-kinds/contribution.js';
import { SPLIT_ROLES } from '../../recipe/parameters.js';

export const share = z.number().min(0).max(1);
export const count = z.int().min(0);
export const place = count.describe('place of a model in `models`');
export const correlation = z.number().min(-1.0001).max(1.0001);
export const interval = z
  .strictObject({ low: z.number().describe('lower end'), high: z.number().describe('upper end') })
  .describe('an interval');

/** The first three fields of every document: what it is, so that a reader that knows another version says so. */
export function head<const Name extends string>(name: Name) {
  return {
    format: z.literal('stockpot-analysis'),
    version: z.literal(1),
    analysis: z.literal(name),
  };
}

/** What `head` asks for. */
export function headOf<const Name extends string>(analysis: Name) {
  return { format: 'stockpot-analysis', version: 1, analysis } as const;
}

export const names = z
  .array(z.string())
  .min(1)
  .describe('the models, as they were named; places in this list name them elsewhere');

/** The examples behind the numbers of a document. */
export const examined = z.strictObject({
  source: z.string().describe("where the examples are from: 'mnist/selection' of a run, or a folder"),
  role: z
    .enum(SPLIT_ROLES)
    .nullable()
    .describe(
      'what they are for: what was chosen on them cannot be judged on them; null of a folder, which does not say',
    ),
  n: z.int().min(1).describe('distinct examples'),
  rows: z.int().min(1).describe('answers of a model: n, times the cells of a benchmark of corruptions'),
  classes: z.int().min(1).nullable().describe('classes of the examples; null where it is not known'),
  hash: z.string().describe('SHA-256 that names the examples: of the protocol of a run, of the split of a folder'),
});
export type Examined = z.infer<typeof examined>;

/** What an analysis cost. */
export const evaluations = z.strictObject({
  measured: count.describe('mixtures put through a network for this document'),
  known: count.describe('mixtures whose scores were known: of an earlier analysis or of the run'),
});
export type EvaluationCount = z.infer<typeof evaluations>;

export const metric = z
  .enum(METRICS)
  .describe("'accuracy' in 0 … 1, or 'loss': then worth is minus the mean NLL in nats, so that higher is better");
export type MetricOfWorth = z.infer<typeof metric>;
