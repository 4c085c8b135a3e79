/** @file Two models against each other: GraphQL types of two documents. */
import type { CompareDocument, SoupVersusEnsembleDocument } from '@stockpot/domain';
import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('SoupVersusEnsemble', {
  description: 'Soup less ensemble of two models, measured and approximated, with the terms.',
})
export class SoupVersusEnsemble {
  @Field(() => Float, { description: 'Share of the second subject, 0 to 1.' })
  readonly alpha: number;

  @Field(() => Float, { description: 'β, by which logits are multiplied, above 0.' })
  readonly scale: number;

  @Field(() => Float, { description: 'Mean loss of the soup, nats.' })
  readonly soupLoss: number;

  @Field(() => Float, { description: 'Mean loss of the mean of the logits, nats.' })
  readonly ensembleLoss: number;

  @Field(() => Float, { description: 'Loss of the soup less that of the ensemble as measured, nats.' })
  readonly measuredDifference: number;

  @Field(() => Float, { description: 'The same by the formula: α(1−α)/2 · (variance − curvature), nats.' })
  readonly approximation: number;

  @Field(() => Float, { description: "Second derivative of the soup's loss by α: above 0 favours the soup." })
  readonly curvature: number;

  @Field(() => Float, { description: 'β² times the mean variance of the difference of logits: favours the ensemble.' })
  readonly variance: number;
}

export function soupVersusEnsemble(document: SoupVersusEnsembleDocument): SoupVersusEnsemble {
  const { alpha, scale, soupLoss, ensembleLoss, difference, approximation, curvature, variance } = document;
  const losses = { soupLoss, ensembleLoss, measuredDifference: difference };
  return { alpha, scale, ...losses, approximation, curvature, variance };
}

@ObjectType('TestedDifference', { description: 'A difference with its interval and test.' })
export class TestedDifference {
  @Field(() => Float, { description: 'First less second.' })
  readonly value: number;

  @Field(() => Float, { description: 'Lower end of the interval.' })
  readonly lower: number;

  @Field(() => Float, { description: 'Upper end of the interval.' })
  readonly upper: number;

  @Field(() => Float, { description: 'Two-sided p-value of no difference, 0 to 1.' })
  readonly p: number;

  @Field(() => String, { description: "How it was tested: mcnemar, or paired-t for Student's by example." })
  readonly method: string;
}

@ObjectType('PairedComparison', { description: 'Two models on the same examples.' })
export class PairedComparison {
  @Field(() => Int, { description: 'Answers that both get right.' })
  readonly both: number;

  @Field(() => Int, { description: 'Answers that only the first gets right.' })
  readonly onlyFirst: number;

  @Field(() => Int, { description: 'Answers that only the second gets right.' })
  readonly onlySecond: number;

  @Field(() => Int, { description: 'Answers that neither gets right.' })
  readonly neither: number;

  @Field(() => [Float], { description: 'Fraction right of the two.' })
  readonly accuracies: readonly number[];

  @Field(() => Float, { nullable: true, description: 'Confidence level of the intervals, 0 to 1.' })
  readonly confidence: number;

  @Field(() => TestedDifference, { description: 'Of the fractions right.' })
  readonly accuracyDifference: TestedDifference;

  @Field(() => TestedDifference, { nullable: true, description: 'Of the mean losses, nats; null without logits.' })
  readonly lossDifference: TestedDifference | null;
}

export function pairedComparison({ counts, accuracy, level, difference, loss }: CompareDocument): PairedComparison {
  return {
    ...counts,
    accuracies: accuracy.map(({ value }) => value),
    confidence: level,
    accuracyDifference: tested(difference),
    lossDifference: loss === null ? null : tested(loss),
  };
}

function tested({ value, interval, p, test }: CompareDocument['difference']): TestedDifference {
  return { value, lower: interval.low, upper: interval.high, p, method: test };
}
