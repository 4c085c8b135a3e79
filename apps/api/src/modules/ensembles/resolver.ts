import type { Ensemble as EnsembleRecord } from '@stockpot/domain';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Benchmark } from '../benchmarks/types.js';
import type { RoundInLab } from '../soups/resolver.js';
import { GreedyRound } from '../soups/types.js';
import { Ensemble } from './types.js';

@Resolver(() => Ensemble)
export class EnsembleResolver {
  @FieldResolver(() => Benchmark, {
    nullable: true,
    description: 'The benchmark whose split was looked at to choose its members; null where nobody was chosen.',
  })
  async selection(
    @Root() { labId, selectionBenchmarkId: id }: EnsembleRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<Benchmark | null> {
    return id === null ? null : loaders.benchmark.load({ labId, id });
  }

  @FieldResolver(() => [GreedyRound], {
    description:
      'Every candidate that was tried, in order; empty where nobody was chosen, and for ensembles of older versions.',
  })
  async trace(
    @Root() { labId, id }: EnsembleRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly RoundInLab[]> {
    const trace = await loaders.trace.load({ labId, id });
    return budget.spend(trace.map((round) => ({ ...round, labId })));
  }
}
