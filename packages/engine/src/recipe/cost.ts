/** @file The recipe's wish to know what answers cost, and the step that finds out. */
import { z } from 'zod';
import { integer, object, oneOf } from './fields.js';
import type { Makes, PlanStep, StepInput } from './plan.js';
import { asJson } from './planned.js';

/** How a network answers: with its own head, with the stock's, or not at all (its features are read). */
const PREDICTORS = ['checkpoint', 'probe', 'features'] as const;
type Predictor = (typeof PREDICTORS)[number];

const measured = {
  batches: z
    .array(integer(1, 4096), { error: 'expected a list of whole numbers, such as [1, 64]' })
    .min(1, { error: 'expected at least one size of a batch, such as [1, 64]' })
    .max(8, { error: 'expected at most 8 sizes of batches' })
    .default([1, 64])
    .describe('How many examples are answered together. The smallest one is what a table of models shows.'),
  runs: integer(5, 10_000)
    .default(30)
    .describe('Timed answers of each batch, at least; where they take longer than 1.5 seconds, five.'),
};

/** `cost: {}` of a recipe. */
export const costSection = object('what to measure', measured)
  .exactOptional()
  .describe('Measures at the end of the cook, while nothing else of it computes, what answers of its models cost.');

/** Inputs: `models`, and `head` where a predictor is 'probe'. */
export const costParameters = z.strictObject({
  /** Of each model. */
  predictors: z.array(oneOf(PREDICTORS)).min(1),
  ...measured,
});
export type CostParameters = z.output<typeof costParameters>;

/**
 * The step that measures every model of these steps that is one network and is scored; ensembles are the sum of their members. None
 * where no model is.
 */
export function costSteps(
  { batches, runs }: Pick<CostParameters, 'batches' | 'runs'>,
  steps: readonly PlanStep[],
): PlanStep[] {
  const predictors = new Map<string, Predictor>();
  for (const { makes, parameters } of steps) {
    if (makes.type !== 'evaluation') continue;
    const predictor = PREDICTORS.find((one) => one === parameters.predictor);
    // Answers are what a model is for; of one that has none, the features.
    if (predictor === undefined || (predictor === 'features' && predictors.has(makes.model))) continue;
    predictors.set(makes.model, predictor);
  }
  const models = steps.map(({ id }) => id).filter((id) => predictors.has(id));
  if (models.length === 0) return [];
  const parameters: CostParameters = {
    predictors: models.map((id) => predictors.get(id) ?? 'checkpoint'),
    batches: [...new Set(batches)].sort((a, b) => a - b),
    runs,
  };
  const head: StepInput = { step: 'head', output: 'head' };
  const makes: Makes = { type: 'costs', models };
  return [
    {
      id: 'cost',
      kind: 'cost',
      title: 'Measure what answers cost, alone',
      parameters: asJson(parameters),
      inputs: {
        models: models.map((step) => ({ step, output: 'checkpoint' })),
        ...(parameters.predictors.includes('probe') ? { head: [head] } : {}),
      },
      makes,
    },
  ];
}
