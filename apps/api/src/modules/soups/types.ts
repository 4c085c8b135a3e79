import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../graphql/json.js';
import { Model } from '../models/types.js';

@ObjectType('Soup', {
  description: "A checkpoint whose weights are an average of other models' weights.",
  implements: Model,
})
export class Soup extends Model {
  @Field(() => String, { description: 'How it was mixed: uniform or greedy.' })
  readonly method: string;

  @Field(() => GraphQLJSONObject, { description: 'Parameters of the method.' })
  readonly parameters: JsonObject;

  @Field(() => String, {
    nullable: true,
    description: 'When the greedy recipe accepts a candidate: >= or > the best score so far; null for other methods.',
  })
  readonly acceptRule: string | null;
}

@ObjectType('SoupCoefficient', { description: 'Weight of one model in a soup.' })
export class SoupCoefficient {
  @Field(() => Model, { description: 'The model that was, or could have been, mixed in.' })
  readonly ingredient: Model;

  @Field(() => Float, { description: 'Its weight, 0 to 1.' })
  readonly coefficient: number;
}

@ObjectType('GreedyRound', { description: 'One candidate of the greedy recipe.' })
export class GreedyRound {
  @Field(() => Int, { description: 'Position in the order of trial, from 0.' })
  readonly round: number;

  @Field(() => Float, {
    description: 'Fraction right on the selection benchmark of the soup with the candidate added, 0 to 1.',
  })
  readonly score: number;

  @Field(() => Float, { description: "Best fraction before this round's decision, 0 to 1." })
  readonly best: number;

  @Field(() => Boolean, { description: 'Whether the candidate stayed in the soup.' })
  readonly accepted: boolean;

  @Field(() => Int, { description: 'Number of images the score was taken on.' })
  readonly n: number;
}
