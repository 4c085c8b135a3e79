import type { Step as StepRecord } from '@stockpot/domain';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Model } from '../models/types.js';
import { Step } from './types.js';

@Resolver(() => Step)
export class StepResolver {
  @FieldResolver(() => Model, { nullable: true, description: 'The model it made, if it makes one and has.' })
  async model(@Root() { labId, modelId: id }: StepRecord, @Ctx() { loaders }: ApiContext): Promise<Model | null> {
    return id === null ? null : loaders.model.load({ labId, id });
  }
}
