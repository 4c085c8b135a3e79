import { z } from 'zod';
import { correctBits } from '../../evaluation/bitmap.js';
import { type Predictions, predictedClass } from '../../evaluation/predictions.js';
import { ckaTable } from '../diversity/cka-table.js';
import { cohenKappa } from '../diversity/cohen-kappa.js';
import type { Features } from '../diversity/features.js';
import type { PairDiversity } from '../diversity/pair-diversity.js';
import { poolDiversity } from '../diversity/pool-diversity.js';
import { predictedGain } from '../diversity/predicted-gain.js';
import { AnalysisError } from '../errors.js';
import { scoreOf } from '../mixtures/score.js';
import type { Geometry } from '../weight-space/geometry.js';
import { accuracyOf } from './measured-pool.js';
import { correlation, count, type Examined, examined, head, headOf, names, place, share } from './parts.js';

const measures = {
  disagreement: share.describe('share of rows that exactly one of the two gets right'),
  errorCorrelation: correlation
    .nullable()
    .describe('φ of the two errors; null when one is always right or always wrong'),
  doubleFault: share.describe('share of rows that both get wrong'),
  q: correlation.nullable().describe("Yule's Q: 0 for independent errors"),
  kappa: z.number().max(1.0001).nullable().describe('agreement of being right beyond chance'),
  headroom: share.describe('what picking the right one of the two would gain on their mean'),
};

const nullable = <Shape extends z.ZodType>(schema: Shape) => z.union([schema, z.null()]);

const gain = z.strictObject({
  logLikelihood: z
    .number()
    .min(0)
    .describe(
      'NLL of the mean member less NLL of their logit ensemble, nats; what a soup gains if it answers as the ensemble',
    ),
  spread: share
    .nullable()
    .describe('1 − ‖mean τ‖²/mean‖τ‖², τ the ways from the stock; null without a stock, or where nothing moved'),
});

export const diversityDocument = z.strictObject({
  ...head('diversity'),
  models: names,
  examined,
  accuracy: z.array(share).describe('top-1 of each model'),
  loss: z.array(z.number().min(0)).describe('mean NLL of each model, nats'),
  pairs: z.array(
    z.strictObject({
      first: place,
      second: place,
      ...measures,
      churn: share.describe('share of rows with different answers, right or wrong'),
      cohenKappa: z.number().max(1.0001).nullable().describe('agreement of predicted classes beyond chance'),
      cka: z
        .number()
        .max(1.0001)
        .nullable()
        .describe('linear CKA of features, unbiased over batches; null where features were not taken or do not vary'),
      angle: z.number().min(0).max(3.15).nullable().describe('angle at the stock, radians; null without a stock'),
      gain: gain.describe('predicted gain of the soup of the two'),
    }),
  ),
  mean: z
    .strictObject({
      disagreement: nullable(measures.disagreement),
      errorCorrelation: measures.errorCorrelation,
      doubleFault: nullable(measures.doubleFault),
      q: measures.q,
      kappa: measures.kappa,
      headroom: nullable(measures.headroom),
    })
    .describe('over pairs; null where no pair has the measure'),
  gain: gain.describe('predicted gain of the uniform soup of all: no forecast of an accuracy, see the page'),
  features: count.describe('examples behind CKA; 0 where features were not taken'),
});
export type DiversityDocument = z.infer<typeof diversityDocument>;

export interface DiversityInputs {
  readonly models: readonly string[];
  readonly examined: Examined;
  /** Answers of each model to the same rows. */
  readonly answers: readonly Predictions[];
  /** Features of each model of the same examples, for CKA. */
  readonly features?: readonly Features[];
  /** Where the models lie, with a stock: for angles and spread. */
  readonly geometry?: Geometry;
}

/** How differently models err, see and lie, and what that lets one hope of their soup. */
export function analyseDiversity({
  models,
  examined: on,
  answers,
  features,
  geometry,
}: DiversityInputs): DiversityDocument {
  if (answers.length !== models.length || (features !== undefined && features.length !== models.length)) {
    throw new AnalysisError(
      `There are ${models.length} models, answers of ${answers.length} and features of ${features?.length ?? 'none'}.`,
      'Give those of each model.',
    );
  }
  const { pairs, mean } = poolDiversity(answers.map(correctBits), on.rows);
  const classes = answers.map((one) => Array.from({ length: one.n }, (_, row) => predictedClass(one, row)));
  // Of the heads, which may know classes that the examples have not.
  const answered = answers[0]?.classes ?? 1;
  const cka = features === undefined ? null : ckaTable(features);
  const stock = geometry?.fromStock ?? null;
  const gainOf = (members: readonly number[]) =>
    predictedGain(
      members.map((index) => answers[index]?.logits ?? []),
      answered,
      stock === null ? null : members.map((i) => members.map((j) => stock.products[i]?.[j] ?? 0)),
    );
  const scores = answers.map(scoreOf);
  return diversityDocument.parse({
    ...headOf('diversity'),
    models,
    examined: on,
    accuracy: scores.map((score) => accuracyOf(score, on.rows)),
    loss: scores.map(({ loss }) => loss),
    pairs: models.flatMap((_, first) =>
      models.slice(first + 1).map((__, offset) => {
        const second = first + 1 + offset;
        const pair: PairDiversity | undefined = pairs[first]?.[second];
        const { disagreement: churn, kappa } = cohenKappa(classes[first] ?? [], classes[second] ?? [], answered);
        return {
          first,
          second,
          ...pair,
          churn,
          cohenKappa: kappa,
          cka: cka?.[first]?.[second] ?? null,
          angle: stock?.angle[first]?.[second] ?? null,
          gain: gainOf([first, second]),
        };
      }),
    ),
    mean,
    gain: gainOf(models.map((_, index) => index)),
    features: features?.[0] === undefined ? 0 : features[0].rows.length / features[0].width,
  });
}
