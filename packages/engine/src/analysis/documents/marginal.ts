import { z } from 'zod';
import { marginalCurve } from '../contribution/marginal-curve.js';
import { type Baseline, baseline, soupValues } from './contribution.js';
import { type MeasuredPool, signalOf, worthOfGuessing } from './measured-pool.js';
import { count, evaluations, examined, head, headOf, interval, type MetricOfWorth, metric, names } from './parts.js';

export const marginalDocument = z.strictObject({
  ...head('marginal'),
  models: names,
  examined,
  metric,
  baseline: baseline.describe('the worth of no ingredient at all: what the first one gains on'),
  orders: z.int().min(3).describe('random orders of the models'),
  seed: count.describe('of the random orders'),
  level: z.number().describe('confidence level of the intervals'),
  cost: z.strictObject({
    unit: z.string().describe("what costs are counted in: 'ingredients', 'optimizer steps', …"),
    each: z.array(z.number().min(0)).describe('cost of each model'),
  }),
  curve: z
    .array(
      z.strictObject({
        n: z.int().min(1).describe('models in the soup'),
        worth: z.number().describe('mean worth of the uniform soup of n models drawn at random'),
        worthInterval: interval,
        gain: z.number().describe('mean of what the n-th added'),
        gainInterval: interval.describe(
          'Student’s t over orders; it shrinks to nothing at n = k, where there is one soup',
        ),
        cost: z.number().min(0).describe('mean cost of n models'),
        gainPerCost: z
          .number()
          .nullable()
          .describe('gain over the mean cost of one model; null where models cost nothing'),
      }),
    )
    .min(1)
    .describe('by n'),
  evaluations,
});
export type MarginalDocument = z.infer<typeof marginalDocument>;

export interface MarginalAnalysisOptions {
  readonly metric?: MetricOfWorth;
  /** Left out, guessing. */
  readonly baseline?: Baseline;
  /** Left out, one each. */
  readonly cost?: { readonly unit: string; readonly each: readonly number[] };
  readonly orders?: number;
  readonly seed?: number;
  readonly level?: number;
}

/** What the n-th ingredient is worth, and what n of them cost. */
export async function analyseMarginal(
  pool: MeasuredPool,
  {
    metric: by = 'accuracy',
    baseline: without,
    cost,
    orders = 20,
    seed = 0,
    level = 0.95,
  }: MarginalAnalysisOptions = {},
): Promise<MarginalDocument> {
  const nothing = without ?? { name: 'guessing', worth: worthOfGuessing(pool.examined.classes, by) };
  const paid = cost ?? { unit: 'ingredients', each: pool.models.map(() => 1) };
  const options = { seed, orders, costs: paid.each, level, ...signalOf(pool) };
  const curve = await marginalCurve(soupValues(pool, by, nothing), options);
  return marginalDocument.parse({
    ...headOf('marginal'),
    models: pool.models,
    examined: pool.examined,
    metric: by,
    baseline: nothing,
    orders,
    seed,
    level,
    cost: paid,
    curve,
    evaluations: pool.evaluations(),
  });
}
