import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../graphql/json.js';
import { Model } from '../models/types.js';

@ObjectType('Stock', { description: 'The checkpoint that training starts from.', implements: Model })
export class Stock extends Model {
  @Field(() => GraphQLJSONObject, {
    description: 'The network: family, image size in pixels, patch, width, depth, heads.',
  })
  readonly architecture: JsonObject;

  @Field(() => GraphQLJSONObject, {
    description: 'What it was pre-trained with: algorithm, epochs, batch, learning rate and so on.',
  })
  readonly hyperparameters: JsonObject;
}
