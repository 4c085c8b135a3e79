import { GraphQLJSONObject, GraphQLSafeInt } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../graphql/json.js';
import { Model } from '../models/types.js';

@ObjectType('Ingredient', {
  description: 'A checkpoint trained from a stock or from another ingredient.',
  implements: Model,
})
export class Ingredient extends Model {
  @Field(() => String, { description: 'What it was trained with, for example supervised.' })
  readonly algorithm: string;

  @Field(() => GraphQLJSONObject, {
    description: 'The drawn hyperparameters: learning rate, weight decay, label smoothing, augmentation and so on.',
  })
  readonly hyperparameters: JsonObject;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Seed of its training; null for a checkpoint that was imported or aligned.',
  })
  readonly seed: number | null;
}
