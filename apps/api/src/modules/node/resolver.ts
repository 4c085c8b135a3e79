import { idPrefix } from '@stockpot/db';
import {
  analyses,
  benchmarks,
  type Context,
  datasets,
  evaluations,
  labs,
  models,
  recipes,
  runs,
  steps,
} from '@stockpot/domain';
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { orNull } from '../found.js';
import { TYPE_OF_PREFIX } from './type-name.js';
import { Node } from './types.js';

type NodeType = NonNullable<(typeof TYPE_OF_PREFIX)[keyof typeof TYPE_OF_PREFIX]>;

const model = (ctx: Context, id: string) => models.get({ ctx, input: { id } });

/** How each type of node is read: total, so that a new type without an entry does not compile. */
const READ: Readonly<Record<NodeType, (ctx: Context, id: string) => Promise<Node>>> = {
  Lab: (ctx, id) => labs.get({ ctx, input: { id } }),
  Dataset: (ctx, id) => datasets.get({ ctx, input: { id } }),
  Split: (ctx, id) => datasets.getSplit({ ctx, input: { id } }),
  Benchmark: (ctx, id) => benchmarks.get({ ctx, input: { id } }),
  Evaluation: (ctx, id) => evaluations.get({ ctx, input: { id } }),
  Analysis: (ctx, id) => analyses.get({ ctx, input: { id } }),
  Stock: model,
  Ingredient: model,
  Soup: model,
  Ensemble: model,
  Recipe: (ctx, id) => recipes.get({ ctx, input: { id } }),
  Run: (ctx, id) => runs.get({ ctx, input: { run: id } }),
  Step: (ctx, id) => steps.get({ ctx, input: { id } }),
};

@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'Any object by its id.' })
  async node(
    @Arg('id', () => ID, { description: 'Typed id.' }) id: string,
    @Ctx() { domain }: ApiContext,
  ): Promise<Node | null> {
    const prefix = idPrefix(id);
    const type = prefix && TYPE_OF_PREFIX[prefix];
    return type ? orNull(READ[type](domain, id)) : null;
  }
}
