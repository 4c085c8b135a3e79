import {
  type MethodDifference as MethodDifferenceRecord,
  type MethodOverSeeds as MethodOverSeedsRecord,
  seeds,
} from '@stockpot/domain';
import { Arg, Ctx, FieldResolver, Float, ID, Query, Resolver, Root } from 'type-graphql';
import type { ApiContext } from '../../graphql/context.js';
import { Benchmark } from '../benchmarks/types.js';
import { promised } from '../found.js';
import { Model } from '../models/types.js';
import { MethodDifference, MethodOverSeeds } from './types.js';

@Resolver(() => MethodOverSeeds)
export class MethodsOverSeedsResolver {
  @Query(() => [MethodOverSeeds], {
    description:
      'Soups, ensembles and best ingredients that were made with more than one set of seeds, best first by the mean on the first benchmark that ranks.',
  })
  async methodsOverSeeds(
    @Arg('lab', () => String, { description: 'Slug of the lab.' }) lab: string,
    @Arg('versus', () => ID, {
      nullable: true,
      description:
        'Typed id of a soup or an ensemble: only what was made in its repeats, its own method first, and its differences from the others.',
    })
    versus: string | null,
    @Ctx() { domain }: ApiContext,
  ): Promise<readonly MethodOverSeedsRecord[]> {
    return seeds.methods({ ctx: domain, input: { lab, versus } });
  }

  @FieldResolver(() => [Model], { description: 'Its models, by repeat.' })
  async models(
    @Root() { labId, models }: MethodOverSeedsRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<Model[]> {
    const found = await Promise.all(models.map((id) => loaders.model.load({ labId, id })));
    return budget.spend(found.map((model, i) => promised('model', models[i] ?? '', model)));
  }
}

@Resolver(() => MethodDifference)
export class MethodDifferenceResolver {
  @FieldResolver(() => Benchmark, { description: 'The benchmark.' })
  async benchmark(
    @Root() { labId, benchmarkId: id }: MethodDifferenceRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<Benchmark> {
    return promised('benchmark', id, await loaders.benchmark.load({ labId, id }));
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Lower end of the 95 % t-interval of the mean difference; null for fewer than three seeds.',
  })
  low(@Root() { interval }: MethodDifferenceRecord): number | null {
    return interval?.low ?? null;
  }

  @FieldResolver(() => Float, { nullable: true, description: 'Upper end of the interval; null with it.' })
  high(@Root() { interval }: MethodDifferenceRecord): number | null {
    return interval?.high ?? null;
  }
}
