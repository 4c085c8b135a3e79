/**
 * @file What a worker reports of a step besides its artifacts, as far as rows are made of it. The engine's own schemas say
 * more; keys that are not named here are kept in `step_results.summary` and not interpreted.
 */

import { SOUP_MIXINGS } from '@stockpot/db';
import { isMetricValue, metricNamed } from '@stockpot/engine/metrics';
import { z } from 'zod';
import { hash } from '../page.js';

const count = z.number().int().min(1);
const share = z.number().min(0).max(1);
const UNKNOWN_METRIC = 'no metric of this version has that name';
const metricName = z
  .string()
  .max(100)
  .refine((name) => metricNamed(name) !== undefined, { error: UNKNOWN_METRIC });

export const jsonSummary = z.record(z.string(), z.unknown());

export const datasetSummary = z.looseObject({
  contentHash: hash,
  classes: z.number().int().min(0),
  image: z.tuple([count, count, count]),
  splits: z
    .array(
      z.looseObject({
        name: z.string().min(1).max(200),
        role: z.enum(['train', 'selection', 'test', 'shift', 'unlabeled']),
        n: count,
        contentHash: hash,
      }),
    )
    .min(1)
    .max(100),
});

export const benchmarkSummary = z.looseObject({
  n: count,
  corruptions: z.array(z.string().min(1).max(100)).max(100).nullable(),
  severities: z.array(z.number().int().min(1).max(10)).max(10).nullable(),
  /** What models are ordered by on it. */
  headline: metricName.default('top1'),
  /** The version of what is measured: 'knn-1', 'cifar-c-official-1'; null for plain answers to clean images. */
  protocolName: z.string().min(1).max(100).nullish(),
});

export const soupSummary = z.looseObject({
  method: z.string(),
  mixing: z.enum(SOUP_MIXINGS).default('linear'),
  /** `index` counts the soup's ingredients as the plan lists them. One that counts nothing is not listed. */
  coefficients: z.array(z.object({ index: z.number().int().min(0), coefficient: z.number() })),
  /** What the stock counts, where the method starts from it and is a linear combination. */
  base: z.number().nullish(),
  trace: z
    .array(
      z.looseObject({
        round: z.number().int().min(0),
        index: z.number().int().min(0),
        score: share,
        best: share,
        accepted: z.boolean(),
        members: count,
        turn: z.number().int().min(0).nullish(),
        removed: z.boolean().default(false),
        cached: z.boolean().default(false),
      }),
    )
    .default([]),
  rule: z.enum(['>=', '>']).nullish(),
  /** Examples the scores of the trace were taken on. */
  n: count.nullish(),
});

export const evaluateSummary = z.looseObject({
  n: count,
  /** Null where the kind of benchmark has no such number; without a top-1 the bitmap is empty. */
  top1: share.nullable(),
  nll: z.number().min(0).nullable(),
  ece: share.nullable(),
  brier: z.number().min(0).max(2).nullable(),
  further: z
    .record(z.string().max(100), z.number())
    .superRefine((numbers, context) => {
      for (const [name, value] of Object.entries(numbers)) {
        if (isMetricValue(name, value)) continue;
        const wrong = metricNamed(name) === undefined ? UNKNOWN_METRIC : `${value} is outside of its range`;
        context.addIssue({ code: 'custom', path: [name], message: wrong });
      }
    })
    .default({}),
  calibration: z.looseObject({ protocol: hash, n: count, bound: z.enum(['low', 'high']).nullable() }).nullish(),
  cells: z
    .object({
      corruption: z.array(z.string()),
      severity: z.array(z.number().int()),
      n: z.array(count),
      top1: z.array(share),
    })
    .nullish(),
  meanCorruptionError: z.number().min(0).nullish(),
  forwardPasses: z.number().int().min(0),
  /** Absent where no gradient was taken. */
  backwardPasses: count.nullish(),
  seconds: z.number().min(0),
});
export type EvaluateSummary = z.infer<typeof evaluateSummary>;
export type DatasetSummary = z.infer<typeof datasetSummary>;
export type BenchmarkSummary = z.infer<typeof benchmarkSummary>;
export type SoupSummary = z.infer<typeof soupSummary>;
