/** @file The parameters of an `analyse` step. Pure, as all parameters are: the compiler writes them, the step reads them. */
import { z } from 'zod';
import { ANALYSES } from './analysis-kinds/index.js';

/** Kinds of models that have a step of their own. */
export const MODEL_KINDS = ['stock', 'ingredient', 'soup', 'ensemble'] as const;

const model = z.strictObject({
  /** As the document calls it. */
  name: z.string(),
  kind: z.enum(MODEL_KINDS),
  /** Whether its weights are among the inputs `models`, which are in the order of those that are. */
  weights: z.boolean(),
  /** Whether its answers are among the inputs `logits`. */
  answers: z.boolean(),
});

/**
 * What is asked. Names are part of it: they stand in the document. `options` are parsed by the schema of the kind
 * (`analysisKinds`) when the step runs.
 */
export const analyseParameters = z.strictObject({
  analysis: z.enum(ANALYSES),
  /** In the order of the document; of a search the pool that it searched. */
  models: z.array(model).min(1),
  /** The soup whose search is looked at; its `trace` is an input. */
  soup: z.strictObject({ name: z.string(), answers: z.boolean() }).nullable(),
  /** The model that all were trained from; its weights are the input `stock`. */
  stock: z.strictObject({ name: z.string(), weights: z.boolean(), answers: z.boolean() }).nullable(),
  /** Learning rates of the models, for a diagnosis; null where one was not trained by this recipe. */
  learningRates: z.array(z.number()).nullable(),
  benchmark: z.strictObject({ name: z.string(), split: z.string() }).nullable(),
  options: z.record(z.string(), z.json()),
});
export type AnalyseParameters = z.output<typeof analyseParameters>;
