import { Field, Float, Int, ObjectType } from 'type-graphql';
import { MetricInfo } from '../evaluations/types.js';
import { ModelKind } from '../models/types.js';

@ObjectType('SeedScore', {
  description:
    'The number that a benchmark is ordered by, over seeds. It says how much the seed matters, not how much the choice of images does.',
})
export class SeedScore {
  @Field(() => MetricInfo, { description: 'Which number, and what it counts in.' })
  readonly metric: MetricInfo;

  @Field(() => Int, { description: 'Number of seeds.' })
  readonly n: number;

  @Field(() => Float, { description: 'Mean over seeds.' })
  readonly mean: number;

  @Field(() => Float, { nullable: true, description: 'Standard deviation over seeds, divisor n − 1.' })
  readonly sd: number | null;

  @Field(() => Boolean, {
    description: 'True when one of the models was chosen on this split: the mean is shown, never ranked.',
  })
  readonly spent: boolean;
}

@ObjectType('SeedGroup', {
  description:
    'Ingredients that differ in the seed alone: the same algorithm and hyperparameters, trained from the same stock and head on the same data set.',
})
export class SeedGroup {
  @Field(() => [SeedScore], { description: "By benchmark, in the leaderboard's order; of at least two seeds each." })
  readonly scores: readonly SeedScore[];
}

@ObjectType('MethodDifference', {
  description:
    'What one method has over another on a benchmark, over the seeds of both: the mean of the differences, seed by seed.',
})
export class MethodDifference {
  @Field(() => MetricInfo, { description: 'Which number, and what it counts in.' })
  readonly metric: MetricInfo;

  @Field(() => Int, { description: 'Seeds that both were made with.' })
  readonly n: number;

  @Field(() => Float, { description: 'Mean difference.' })
  readonly difference: number;

  @Field(() => Float, { nullable: true, description: 'Standard deviation of the differences, divisor n − 1.' })
  readonly sd: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "Of Student's paired test, two-sided, of a true difference of 0; null for fewer than three seeds.",
  })
  readonly p: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The p-value, adjusted by Holm for all differences of the answer; null with it.',
  })
  readonly adjustedP: number | null;

  @Field(() => Boolean, { description: 'True when a model of one of the two was chosen on this split.' })
  readonly spent: boolean;
}

@ObjectType('MethodOverSeeds', {
  description:
    'One way to make a model, over the repeats of recipes: a soup, an ensemble, or the best ingredient. Models are of one method when the recipes that made them say the same of it, names and seeds apart.',
})
export class MethodOverSeeds {
  @Field(() => String, { description: 'Tells it from the other methods.' })
  readonly key: string;

  @Field(() => String, { description: 'What its newest model is called, without the repeat.' })
  readonly name: string;

  @Field(() => ModelKind, {
    description: 'INGREDIENT: the best ingredient by its selection score, chosen in each repeat for itself.',
  })
  readonly kind: ModelKind;

  @Field(() => Int, {
    nullable: true,
    description: 'Of the best ingredient: from how many it was chosen. Null for soups and ensembles.',
  })
  readonly chosenFrom: number | null;

  @Field(() => Int, { description: 'Repeats, each with seeds of its own, in which it was made: at least two.' })
  readonly repeats: number;

  @Field(() => [SeedScore], { description: "By benchmark, in the leaderboard's order; of at least two seeds each." })
  readonly scores: readonly SeedScore[];

  @Field(() => [MethodDifference], {
    description: 'The method of `versus` less this one, by benchmark; empty for itself, and without `versus`.',
  })
  readonly differences: readonly MethodDifference[];
}
