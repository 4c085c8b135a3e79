import { type Model as ModelRecord, models } from '@stockpot/domain';
import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Evaluation } from '../evaluations/types.js';
import { orNull, promised } from '../found.js';
import { Lab } from '../labs/types.js';
import { Run } from '../runs/types.js';
import { Model, ModelEdge } from './types.js';

/** What an edge's own fields are resolved from. */
interface ModelEdgeRecord {
  readonly labId: string;
  /** Id of the model at the other end. */
  readonly end: string;
  readonly coefficient: number | null;
}

@Resolver(() => Model)
export class ModelResolver {
  @Query(() => Model, { nullable: true, description: 'A model by its id.' })
  async model(
    @Arg('id', () => ID, { description: 'Typed id of a stock, an ingredient, a soup or an ensemble.' }) id: string,
    @Ctx() { domain }: ApiContext,
  ): Promise<Model | null> {
    return orNull(models.get({ ctx: domain, input: { id } }));
  }

  @FieldResolver(() => Lab, { description: 'The lab that owns it.' })
  async lab(@Root() { labId }: ModelRecord, @Ctx() { loaders }: ApiContext): Promise<Lab> {
    return loaders.lab.load(labId);
  }

  @FieldResolver(() => [ModelEdge], { description: 'The models it was made from. At most 1,000.' })
  async parents(
    @Root() { labId, id }: ModelRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly ModelEdgeRecord[]> {
    const { parents } = await loaders.family.load({ labId, id });
    return budget.spend(parents.map(({ parentId, coefficient }) => ({ labId, end: parentId, coefficient })));
  }

  @FieldResolver(() => [ModelEdge], { description: 'The models made from it. At most 1,000, oldest first.' })
  async children(
    @Root() { labId, id }: ModelRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly ModelEdgeRecord[]> {
    const { children } = await loaders.family.load({ labId, id });
    return budget.spend(children.map(({ childId, coefficient }) => ({ labId, end: childId, coefficient })));
  }

  @FieldResolver(() => [Evaluation], { description: 'Its evaluations. At most 200, oldest first.' })
  async evaluations(
    @Root() { labId, id }: ModelRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly Evaluation[]> {
    return budget.spend(await loaders.evaluationsOfModel.load({ labId, id }));
  }

  @FieldResolver(() => Run, { nullable: true, description: 'The run that made it.' })
  async run(@Root() { labId, runId }: ModelRecord, @Ctx() { loaders }: ApiContext): Promise<Run | null> {
    return runId === null ? null : loaders.run.load({ labId, id: runId });
  }
}

@Resolver(() => ModelEdge)
export class ModelEdgeResolver {
  @FieldResolver(() => Model, { description: 'The model at the other end.' })
  async model(@Root() { labId, end }: ModelEdgeRecord, @Ctx() { loaders }: ApiContext): Promise<Model> {
    return promised('model', end, await loaders.model.load({ labId, id: end }));
  }
}
