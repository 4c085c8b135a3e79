import { z } from 'zod';
import { enumerated } from '../../recipe/analysis-kinds/contribution.js';
import { exactShapley } from '../contribution/exact-shapley.js';
import { type CoalitionValues, coalitionValues } from '../contribution/game.js';
import { leaveOneOut } from '../contribution/leave-one-out.js';
import { sampledShapley } from '../contribution/sampled-shapley.js';
import { equalShares } from '../mixtures/shares.js';
import { type MeasuredPool, worthOf, worthOfGuessing } from './measured-pool.js';
import { count, evaluations, examined, head, headOf, interval, type MetricOfWorth, metric, names } from './parts.js';

/** What there is without any ingredient, which all contributions together are measured from. */
export const baseline = z.strictObject({
  name: z.string().describe("whose worth it is: 'the stock', 'guessing' or 'as given'"),
  worth: z.number().describe('by the metric'),
});
export type Baseline = z.infer<typeof baseline>;

export const contributionDocument = z.strictObject({
  ...head('contribution'),
  models: names,
  examined,
  metric,
  baseline: baseline.describe('the worth of no ingredient at all'),
  all: z.number().describe('worth of the uniform soup of all models'),
  alone: z.array(z.number()).describe('worth of each model alone'),
  leaveOneOut: z
    .array(z.number())
    .describe('worth of all less worth of all but this one; below 0: the soup is better without'),
  shapley: z.strictObject({
    method: z.enum(['exact', 'sampled']).describe('all coalitions enumerated, or random orders in antithetic pairs'),
    pairs: count.nullable().describe('pairs of orders; null when exact'),
    seed: count.nullable().describe('of the random orders; null when exact'),
    level: z.number().nullable().describe('confidence level of the intervals; null when exact'),
    values: z
      .array(
        z.strictObject({
          value: z.number().describe('the Shapley value; all of them add up to all − baseline'),
          standardError: z.number().min(0).describe('over pairs; 0 when exact'),
          interval: interval.nullable().describe('Student’s t over pairs: of the sampling of orders, not of examples'),
        }),
      )
      .min(1),
  }),
  evaluations,
});
export type ContributionDocument = z.infer<typeof contributionDocument>;

export interface ContributionOptions {
  readonly metric?: MetricOfWorth;
  /** Left out, guessing. */
  readonly baseline?: Baseline;
  /** Pairs of random orders; 10 when left out. */
  readonly pairs?: number;
  readonly seed?: number;
  readonly level?: number;
  /** Enumerates all coalitions; left out, where that costs no more than sampling may. */
  readonly exact?: boolean;
}

/** Leave-one-out and Shapley values of a pool, a coalition being worth what the uniform soup of its members is. */
export async function analyseContribution(
  pool: MeasuredPool,
  { metric: by = 'accuracy', baseline: without, pairs = 10, seed = 0, level = 0.95, exact }: ContributionOptions = {},
): Promise<ContributionDocument> {
  const players = pool.models.length;
  const nothing = without ?? { name: 'guessing', worth: worthOfGuessing(pool.examined.classes, by) };
  const values = soupValues(pool, by, nothing);
  const everybody = pool.models.map((_, index) => index);
  const alone: number[] = [];
  for (const index of everybody) alone.push(await values.of([index]));
  const all = await values.of(everybody);
  const enumerate = exact ?? enumerated(players, pairs);
  return contributionDocument.parse({
    ...headOf('contribution'),
    models: pool.models,
    examined: pool.examined,
    metric: by,
    baseline: nothing,
    all,
    alone,
    leaveOneOut: await leaveOneOut(values, pool.signal),
    shapley: enumerate
      ? {
          method: 'exact',
          pairs: null,
          seed: null,
          level: null,
          values: (await exactShapley(values, pool.signal)).map((value) => ({
            value,
            standardError: 0,
            interval: null,
          })),
        }
      : {
          method: 'sampled',
          pairs,
          seed,
          level,
          values: await sampledShapley(values, {
            seed,
            pairs,
            level,
            ...(pool.signal === undefined ? {} : { signal: pool.signal }),
          }),
        },
    evaluations: pool.evaluations(),
  });
}

/** The game of a pool's uniform soups by a metric. */
export function soupValues(pool: MeasuredPool, by: MetricOfWorth, nothing: Baseline): CoalitionValues {
  const players = pool.models.length;
  return coalitionValues({
    players,
    baseline: nothing.worth,
    worth: (members) => worthOf(pool, by, equalShares(members, players)),
  });
}
