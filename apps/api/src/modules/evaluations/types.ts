import { GraphQLDateTime, GraphQLSafeInt } from 'graphql-scalars';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Node } from '../node/types.js';

@ObjectType('Evaluation', {
  description: 'One model on one benchmark. Every fraction is between 0 and 1.',
  implements: Node,
})
export class Evaluation extends Node {
  @Field(() => Int, {
    description: 'Number of images before corruption: the n of the benchmark, on which the interval is taken.',
  })
  readonly n: number;

  @Field(() => Float, { description: 'Fraction of images whose highest logit is the right class.' })
  readonly top1: number;

  @Field(() => Float, { description: 'Lower end of the 95 % Wilson interval of `top1`.' })
  readonly top1Low: number;

  @Field(() => Float, { description: 'Upper end of the 95 % Wilson interval of `top1`.' })
  readonly top1High: number;

  @Field(() => Float, { description: 'Mean negative log-likelihood of the right class, in nats; at least 0.' })
  readonly nll: number;

  @Field(() => Float, { description: 'Expected calibration error, a fraction.' })
  readonly ece: number;

  @Field(() => Float, { description: 'Brier score, mean squared error of the probability vector; 0 to 2.' })
  readonly brier: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Mean over corruptions of the mean error over severities, a fraction; null when the images are clean.',
  })
  readonly meanCorruptionError: number | null;

  @Field(() => GraphQLSafeInt, { description: 'Forward passes the evaluation took.' })
  readonly forwardPasses: number;

  @Field(() => Float, { description: 'Wall time of the evaluation, in seconds.' })
  readonly seconds: number;

  @Field(() => Boolean, {
    description:
      "True when the model, or a model it descends from, was chosen on this benchmark's split: the number is shown but never ranks.",
  })
  readonly spent: boolean;

  @Field(() => CorruptionGrid, {
    nullable: true,
    description: 'Accuracy per corruption and severity; null when the images are clean.',
  })
  readonly cells: CorruptionGrid | null;

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
