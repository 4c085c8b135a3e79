import { GraphQLDateTime, GraphQLSafeInt } from 'graphql-scalars';
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../node/types.js';
import { EvaluationCost } from './cost-types.js';

/** What a number counts in. */
export const MetricUnit = { SHARE: 'share', PERCENT: 'percent', NATS: 'nats', NUMBER: 'number' } as const;
export type MetricUnit = (typeof MetricUnit)[keyof typeof MetricUnit];
registerEnumType(MetricUnit, {
  name: 'MetricUnit',
  description: 'What a number counts in.',
  valuesConfig: {
    SHARE: { description: 'A fraction of 1.' },
    PERCENT: { description: "Of a reference model's number, already times 100." },
    NATS: { description: 'Negative log-likelihood, natural logarithm.' },
    NUMBER: { description: 'A pure number.' },
  },
});

/** Which way a metric improves. */
export const Better = { HIGHER: 'higher', LOWER: 'lower' } as const;
export type Better = (typeof Better)[keyof typeof Better];
registerEnumType(Better, {
  name: 'Better',
  description: 'Which way a metric improves.',
  valuesConfig: { HIGHER: { description: 'More is better.' }, LOWER: { description: 'Less is better.' } },
});

@ObjectType('MetricInfo', { description: 'What a number of evaluations means.' })
export class MetricInfo {
  @Field(() => String, { description: 'Name in the table of metrics: `top1`, or `ce:fog` for one of several.' })
  readonly name: string;

  @Field(() => String, { description: 'As a heading has it.' })
  readonly title: string;

  @Field(() => MetricUnit, { description: 'What it counts in.' })
  readonly unit: MetricUnit;

  @Field(() => Better, { nullable: true, description: 'Which way is better; null for what is neither good nor bad.' })
  readonly better: Better | null;

  @Field(() => String, { description: 'Its formula in words, with the source.' })
  readonly definition: string;
}

@ObjectType('EvaluationMetric', { description: 'One number of an evaluation, and what it means.' })
export class EvaluationMetric extends MetricInfo {
  @Field(() => Float, { description: 'The number.' })
  readonly value: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Lower end of its 95 % Wilson interval; null for what is no share of independent images.',
  })
  readonly low: number | null;

  @Field(() => Float, { nullable: true, description: 'Upper end of the interval.' })
  readonly high: number | null;
}

/** What a model saw, without labels, of what it is scored on. */
export const Transduction = { DISJOINT: 'disjoint', JOINT: 'joint' } as const;
export type Transduction = (typeof Transduction)[keyof typeof Transduction];
registerEnumType(Transduction, {
  name: 'Transduction',
  description: 'What a model saw, without labels, of what it is scored on.',
  valuesConfig: {
    DISJOINT: { description: 'Other images of the same shift.' },
    JOINT: { description: 'The very images of the benchmark.' },
  },
});

@ObjectType('TemperatureFit', {
  description: 'Where a temperature was fitted: always a selection split, never the one that is reported.',
})
export class TemperatureFit {
  @Field(() => String, { description: "SHA-256 of the selection benchmark's protocol." })
  readonly protocol: string;

  @Field(() => Int, { description: 'Number of its images.' })
  readonly n: number;

  @Field(() => String, {
    nullable: true,
    description: '`low` or `high` when the likelihood has no best temperature in range and that end was taken.',
  })
  readonly bound: string | null;
}

@ObjectType('WorstCell', { description: 'The corruption and severity on which a model does worst.' })
export class WorstCell {
  @Field(() => String, { description: 'Name of the corruption.' })
  readonly corruption: string;

  @Field(() => Int, { description: 'Severity, 1 to 5.' })
  readonly severity: number;

  @Field(() => Float, { description: 'Fraction of its images classified rightly.' })
  readonly top1: number;
}

@ObjectType('Evaluation', {
  description: 'One model on one benchmark. Every fraction is between 0 and 1.',
  implements: Node,
})
export class Evaluation extends Node {
  @Field(() => Int, {
    description: 'Number of images before corruption: the n of the benchmark, on which the interval is taken.',
  })
  readonly n: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Fraction of images whose highest logit is the right class. Null on a benchmark that has no such number, as out-of-distribution detection.',
  })
  readonly top1: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Lower end of the 95 % Wilson interval of `top1`.',
  })
  readonly top1Low: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Upper end of the 95 % Wilson interval of `top1`.',
  })
  readonly top1High: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Mean negative log-likelihood of the right class, in nats; at least 0. Null as `top1` may be.',
  })
  readonly nll: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Expected calibration error, a fraction. Null as `top1` may be.',
  })
  readonly ece: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Brier score, mean squared error of the probability vector; 0 to 2. Null as `top1` may be.',
  })
  readonly brier: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Mean over corruptions of the mean error over severities, a fraction; null when the images are clean.',
  })
  readonly meanCorruptionError: number | null;

  @Field(() => [EvaluationMetric], {
    description: 'All its numbers, those that have a field of their own too, in the order in which they are shown.',
  })
  readonly metrics: readonly EvaluationMetric[];

  @Field(() => EvaluationMetric, {
    nullable: true,
    description: 'The one among `metrics` that models are ordered by on this benchmark; null when it was not measured.',
  })
  readonly headline: EvaluationMetric | null;

  @Field(() => TemperatureFit, {
    nullable: true,
    description: 'Where the temperature among `metrics` was fitted; null when there is none.',
  })
  readonly calibration: TemperatureFit | null;

  @Field(() => GraphQLSafeInt, {
    description:
      'Examples through networks that its numbers cost: of a second split and of the members of an ensemble too, and each step of an attack.',
  })
  readonly forwardPasses: number;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Examples that a gradient was taken of; null where none was.',
  })
  readonly backwardPasses: number | null;

  @Field(() => Float, { description: 'Wall time of the evaluation, in seconds.' })
  readonly seconds: number;

  @Field(() => Boolean, {
    description:
      "True when the model, or a model it descends from, was chosen on this benchmark's split: the number is shown but never ranks.",
  })
  readonly spent: boolean;

  @Field(() => Transduction, {
    nullable: true,
    description: 'What the model saw of the images without labels; null when nothing.',
  })
  readonly transduction: Transduction | null;

  @Field(() => EvaluationCost, { description: 'What an answer costs.' })
  readonly cost: EvaluationCost;

  @Field(() => CorruptionGrid, {
    nullable: true,
    description: 'Accuracy per corruption and severity; null when the images are clean.',
  })
  readonly cells: CorruptionGrid | null;

  @Field(() => WorstCell, {
    nullable: true,
    description: 'The corruption and severity of the lowest accuracy; null when the images are clean.',
  })
  readonly worstCell: WorstCell | null;

  @Field(() => GraphQLDateTime, { description: 'When it was stored.' })
  readonly createdAt: Date;
}

@ObjectType('CorruptionGrid', { description: 'Accuracy per corruption and severity, as columns of equal length.' })
export class CorruptionGrid {
  @Field(() => [String], { description: 'Name of the corruption.' })
  readonly corruption: readonly string[];

  @Field(() => [Int], { description: 'Severity, 1 to 5.' })
  readonly severity: readonly number[];

  @Field(() => [Int], { description: 'Number of images in the cell.' })
  readonly n: readonly number[];

  @Field(() => [Float], { description: "Fraction of the cell's images classified rightly, 0 to 1." })
  readonly top1: readonly number[];
}
