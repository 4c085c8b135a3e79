import type {
  Ingredient as IngredientRecord,
  SeedGroup as SeedGroupRecord,
  SeedScore as SeedScoreRecord,
} from '@stockpot/domain';
import { Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';
import type { ApiContext } from '../../graphql/context.js';
import { Benchmark } from '../benchmarks/types.js';
import { promised } from '../found.js';
import { Ingredient } from '../ingredients/types.js';
import { Model } from '../models/types.js';
import { SeedGroup, SeedScore } from './types.js';

@Resolver(() => Ingredient)
export class IngredientSeedsResolver {
  @FieldResolver(() => SeedGroup, {
    nullable: true,
    description: 'It and the ingredients that differ from it in the seed alone; null when there is no other seed.',
  })
  async overSeeds(
    @Root() { labId, id }: IngredientRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<SeedGroupRecord | null> {
    return loaders.seedGroup.load({ labId, id });
  }
}

@Resolver(() => SeedGroup)
export class SeedGroupResolver {
  @FieldResolver(() => [Model], { description: 'The ingredients, by seed.' })
  async models(@Root() { labId, models }: SeedGroupRecord, @Ctx() { loaders, budget }: ApiContext): Promise<Model[]> {
    const found = await Promise.all(models.map((id) => loaders.model.load({ labId, id })));
    return budget.spend(found.map((model, i) => promised('model', models[i] ?? '', model)));
  }
}

@Resolver(() => SeedScore)
export class SeedScoreResolver {
  @FieldResolver(() => Benchmark, { description: 'The benchmark.' })
  async benchmark(
    @Root() { labId, benchmarkId: id }: SeedScoreRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<Benchmark> {
    return promised('benchmark', id, await loaders.benchmark.load({ labId, id }));
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Lower end of the 95 % t-interval of the mean; null for fewer than three seeds.',
  })
  low(@Root() { interval }: SeedScoreRecord): number | null {
    return interval?.low ?? null;
  }

  @FieldResolver(() => Float, { nullable: true, description: 'Upper end of the interval; null with it.' })
  high(@Root() { interval }: SeedScoreRecord): number | null {
    return interval?.high ?? null;
  }
}
