import { type Lineage as LineageRecord, models } from '@stockpot/domain';
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Lineage } from './types.js';

@Resolver()
export class LineageResolver {
  @Query(() => Lineage, { description: 'Ancestors and descendants of one model.' })
  async lineage(
    @Arg('model', () => ID, { description: 'Id of the model.' }) model: string,
    @Arg('depth', () => Int, { defaultValue: 5, description: 'Most edges away from the model, 1 to 20.' })
    depth: number,
    @Ctx() { domain, budget }: ApiContext,
  ): Promise<Lineage> {
    return present(await models.lineage({ ctx: domain, input: { id: model, depth } }), budget);
  }

  @Query(() => Lineage, { description: "The lineage of a lab's 2,000 newest models, or of one run's." })
  async labLineage(
    @Arg('lab', () => String, { description: 'Slug of the lab.' }) lab: string,
    @Arg('run', () => ID, { nullable: true, description: 'Only models that this run made or reused.' })
    run: string | null,
    @Ctx() { domain, budget }: ApiContext,
  ): Promise<Lineage> {
    return present(await models.labLineage({ ctx: domain, input: { lab, run } }), budget);
  }
}

function present({ nodes, edges }: LineageRecord, budget: ApiContext['budget']): Lineage {
  return {
    nodes: budget.spend(nodes),
    edges: budget.spend(edges).map(({ parentId, childId, coefficient }) => ({
      parent: parentId,
      child: childId,
      coefficient,
    })),
  };
}
