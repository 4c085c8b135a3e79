import { Field, ObjectType } from 'type-graphql';
import { Model } from '../models/types.js';

@ObjectType('Ensemble', {
  description: 'The logit ensemble of ingredients: a baseline without a checkpoint.',
  implements: Model,
})
export class Ensemble extends Model {
  @Field(() => String, { description: 'logit-ensemble: all of a pool; greedy-ensemble: those that greedy chose.' })
  readonly method: string;

  @Field(() => String, {
    nullable: true,
    description: 'When a candidate was accepted: >= or > the best score so far; null where nobody was chosen.',
  })
  readonly acceptRule: string | null;
}
