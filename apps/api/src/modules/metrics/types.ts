import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, Float, ID, ObjectType } from 'type-graphql';

@ObjectType('MetricSeries', { description: 'A metric series as two columns of equal length.' })
export class MetricSeries {
  @Field(() => ID, { description: 'Id of the step that wrote it.' })
  readonly step: string;

  @Field(() => String, { description: 'Name, for example loss or images_per_second.' })
  readonly series: string;

  @Field(() => [GraphQLSafeInt], { description: 'Training steps, ascending.' })
  readonly steps: readonly number[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'The value at each step; null where it is not a finite number (NaN or an infinity).',
  })
  readonly values: readonly (number | null)[];

  @Field(() => GraphQLSafeInt, {
    description: "Number of points stored; more than the columns' length when down-sampled.",
  })
  readonly points: number;

  @Field(() => Boolean, { description: "True when only each bucket's smallest and largest values are shown." })
  readonly downsampled: boolean;
}
