import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('SeedScore', {
  description: 'Accuracy over seeds. It says how much the seed matters, not how much the choice of images does.',
})
export class SeedScore {
  @Field(() => Int, { description: 'Number of seeds.' })
  readonly n: number;

  @Field(() => Float, { description: 'Mean fraction right.' })
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
    'Ingredients that differ in the seed alone: the same algorithm and hyperparameters, trained from the same models on the same data set.',
})
export class SeedGroup {
  @Field(() => [SeedScore], { description: "By benchmark, in the leaderboard's order; of at least two seeds each." })
  readonly scores: readonly SeedScore[];
}
