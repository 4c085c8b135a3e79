/** @file What soups of some ingredients are worth: GraphQL types of two documents. */
import type { ContributionDocument, MarginalDocument } from '@stockpot/domain';
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';

/** By what a soup is worth more or less. */
export const WorthMetric = { ACCURACY: 'accuracy', LOSS: 'loss' } as const;
export type WorthMetric = (typeof WorthMetric)[keyof typeof WorthMetric];
registerEnumType(WorthMetric, {
  name: 'WorthMetric',
  description: 'By what a soup is worth more or less; more is better by both.',
  valuesConfig: {
    ACCURACY: { description: 'Fraction right, 0 to 1.' },
    LOSS: { description: 'Minus the mean negative log-likelihood, nats.' },
  },
});

@ObjectType('WorthBaseline', { description: 'What there is without any ingredient.' })
export class WorthBaseline {
  @Field(() => String, { description: 'Whose worth it is: the stock, guessing, or as given.' })
  readonly name: string;

  @Field(() => Float, { description: 'Its worth by the metric.' })
  readonly worth: number;
}

@ObjectType('Contribution', {
  description: 'What each ingredient adds to the uniform soup of all. Columns are the subjects in their order.',
})
export class Contribution {
  @Field(() => WorthMetric, { description: 'By what soups are worth more or less.' })
  readonly metric: WorthMetric;

  @Field(() => WorthBaseline, { description: 'The worth of no ingredient at all.' })
  readonly baseline: WorthBaseline;

  @Field(() => Float, { description: 'Worth of the uniform soup of all.' })
  readonly all: number;

  @Field(() => [Float], { description: 'Worth of each alone.' })
  readonly alone: readonly number[];

  @Field(() => [Float], { description: 'Worth of all less worth of all but this one.' })
  readonly leaveOneOut: readonly number[];

  @Field(() => [Float], { description: 'Shapley values: they add up to the worth of all less the baseline.' })
  readonly shapley: readonly number[];

  @Field(() => [Float], { description: 'Standard error of each Shapley value over drawn orders; 0 when exact.' })
  readonly standardError: readonly number[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'Lower end of the interval of each Shapley value, of the drawing of orders; null when exact.',
  })
  readonly low: readonly (number | null)[];

  @Field(() => [Float], { nullable: 'items', description: 'Upper end of the interval; null when exact.' })
  readonly high: readonly (number | null)[];

  @Field(() => Boolean, { description: 'Whether all coalitions were enumerated; else random orders were drawn.' })
  readonly exact: boolean;

  @Field(() => Int, { nullable: true, description: 'Pairs of random orders, one and its reverse; null when exact.' })
  readonly orderPairs: number | null;

  @Field(() => Float, { nullable: true, description: 'Confidence level of the intervals; null when exact.' })
  readonly confidence: number | null;
}

export function contributionOf(document: ContributionDocument): Contribution {
  const { metric, baseline, all, alone, leaveOneOut, shapley } = document;
  const { method, pairs, level, values } = shapley;
  return {
    ...{ metric, baseline, all, alone, leaveOneOut },
    shapley: values.map(({ value }) => value),
    standardError: values.map(({ standardError }) => standardError),
    low: values.map(({ interval }) => interval?.low ?? null),
    high: values.map(({ interval }) => interval?.high ?? null),
    exact: method === 'exact',
    orderPairs: pairs,
    confidence: level,
  };
}

@ObjectType('MarginalCurve', {
  description: 'What the n-th ingredient is worth, over random orders. Columns by n, from 1.',
})
export class MarginalCurve {
  @Field(() => WorthMetric, { description: 'By what soups are worth more or less.' })
  readonly metric: WorthMetric;

  @Field(() => WorthBaseline, { description: 'What the first ingredient gains on.' })
  readonly baseline: WorthBaseline;

  @Field(() => Int, { description: 'Random orders that were drawn, at least 3.' })
  readonly orders: number;

  @Field(() => Float, { nullable: true, description: 'Confidence level of the intervals, 0 to 1.' })
  readonly confidence: number;

  @Field(() => String, { description: 'What costs are counted in.' })
  readonly costUnit: string;

  @Field(() => [Float], { description: 'Mean worth of the uniform soup of n drawn at random.' })
  readonly worth: readonly number[];

  @Field(() => [Float], { description: 'Lower end of the interval of the worth.' })
  readonly worthLow: readonly number[];

  @Field(() => [Float], { description: 'Upper end of the interval of the worth.' })
  readonly worthHigh: readonly number[];

  @Field(() => [Float], { description: 'Mean of what the n-th added.' })
  readonly gain: readonly number[];

  @Field(() => [Float], { description: 'Lower end of the interval of the gain.' })
  readonly gainLow: readonly number[];

  @Field(() => [Float], { description: 'Upper end of the interval of the gain.' })
  readonly gainHigh: readonly number[];

  @Field(() => [Float], { description: 'Mean cost of n ingredients, in the unit.' })
  readonly cost: readonly number[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'Gain over the mean cost of one ingredient; null where they cost nothing.',
  })
  readonly gainPerCost: readonly (number | null)[];
}

export function marginalOf({ metric, baseline, orders, level, cost, curve }: MarginalDocument): MarginalCurve {
  return {
    ...{ metric, baseline, orders, confidence: level, costUnit: cost.unit },
    worth: curve.map((at) => at.worth),
    worthLow: curve.map((at) => at.worthInterval.low),
    worthHigh: curve.map((at) => at.worthInterval.high),
    gain: curve.map((at) => at.gain),
    gainLow: curve.map((at) => at.gainInterval.low),
    gainHigh: curve.map((at) => at.gainInterval.high),
    cost: curve.map((at) => at.cost),
    gainPerCost: curve.map((at) => at.gainPerCost),
  };
}
