import { ObjectType } from 'type-graphql';
import { Model } from '../models/types.js';

@ObjectType('Ensemble', {
  description: 'The logit ensemble of ingredients: a baseline without a checkpoint.',
  implements: Model,
})
export class Ensemble extends Model {}
