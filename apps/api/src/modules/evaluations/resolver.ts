import type { Evaluation as EvaluationRecord } from '@stockpot/domain';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Benchmark } from '../benchmarks/types.js';
import { promised } from '../found.js';
import { Model } from '../models/types.js';
import { Evaluation } from './types.js';

@Resolver(() => Evaluation)
export class EvaluationResolver {
  @FieldResolver(() => Model, { description: 'The model.' })
  async model(@Root() { labId, modelId: id }: EvaluationRecord, @Ctx() { loaders }: ApiContext): Promise<Model> {
    return promised('model', id, await loaders.model.load({ labId, id }));
  }

  @FieldResolver(() => Benchmark, { description: 'The benchmark.' })
  async benchmark(
    @Root() { labId, benchmarkId: id }: EvaluationRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<Benchmark> {
    return promised('benchmark', id, await loaders.benchmark.load({ labId, id }));
  }
}
