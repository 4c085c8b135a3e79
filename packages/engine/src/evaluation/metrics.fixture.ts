/** @file What scikit-learn, scipy and torch made of given answers and features (test/oracles/engine/metrics.py). */
import { z } from 'zod';
import { packedTensor, readFixture } from '../testing/oracle.fixture.js';
import { predictions } from './predictions.js';
import type { FeatureSet } from './representations/features.js';

const ints = z.array(z.int());
const numbers = z.array(z.number());

export const metricsFixture = readFixture(new URL('./fixtures/metrics.json', import.meta.url), {
  answers: z.array(
    z
      .object({
        classes: z.int(),
        logits: packedTensor,
        labels: ints,
        top5: z.number(),
        adaptiveEce: z.number(),
        temperature: z.number(),
        nllAfter: z.number(),
        groups: z.array(ints).nullable(),
        groupAnswers: ints.nullable(),
        subset: ints,
        subsetRows: ints,
        subsetTop1: z.number(),
        subsetNll: z.number(),
      })
      .transform((one) => ({
        ...one,
        predictions: predictions(one.logits.data, Uint8Array.from(one.labels), one.classes),
      })),
  ),
  detection: z.object({ known: numbers, other: numbers, auroc: z.number(), fpr95: z.number() }),
  agreement: z.array(
    z.object({
      labels: ints,
      answers: ints,
      f1: z.number().nullable(),
      macroF1: z.number(),
      matthews: z.number(),
    }),
  ),
  features: z.array(
    z
      .object({
        classes: z.int(),
        bank: packedTensor,
        bankLabels: ints,
        queries: packedTensor,
        queryLabels: ints,
        knn: z.array(z.object({ k: z.int(), temperature: z.number(), answers: ints })),
        map: z.number(),
        recall: z.array(z.object({ k: z.int(), value: z.number() })),
        probes: z.array(z.object({ c: z.number(), logits: packedTensor })),
      })
      .transform((one) => ({
        ...one,
        bank: featureSet(one.bank, one.bankLabels),
        queries: featureSet(one.queries, one.queryLabels),
      })),
  ),
});

function featureSet({ shape, data }: z.output<typeof packedTensor>, labels: readonly number[]): FeatureSet {
  return { width: shape[1] ?? 0, features: data, labels };
}
