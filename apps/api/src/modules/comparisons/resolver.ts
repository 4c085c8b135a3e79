import {
  type Comparison as ComparisonRecord,
  comparisons,
  type Model as ModelRecord,
  StockpotError,
} from '@stockpot/domain';
import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Benchmark } from '../benchmarks/types.js';
import { orNull, promised } from '../found.js';
import { Model } from '../models/types.js';
import { pairKey } from './loaders.js';
import { Comparison } from './types.js';

/** Models that one field compares with; a page shows a handful. */
const MOST_OTHERS = 20;

type Adjusted = ComparisonRecord & { readonly adjustedP: number };

@Resolver(() => Comparison)
export class ComparisonResolver {
  @Query(() => Comparison, {
    nullable: true,
    description:
      'Two models on one benchmark, paired image by image; null when one of the three is not there, or a model was not evaluated on it.',
  })
  async comparison(
    @Arg('benchmark', () => ID, { description: 'Typed id, bench_…' }) benchmark: string,
    @Arg('first', () => ID, { description: 'Typed id of a model.' }) first: string,
    @Arg('second', () => ID, { description: 'Typed id of the model it is compared with.' }) second: string,
    @Ctx() { domain }: ApiContext,
  ): Promise<Adjusted | null> {
    const found = await orNull(comparisons.get({ ctx: domain, input: { benchmark, first, second } }));
    return found && { ...found, adjustedP: found.p };
  }

  @FieldResolver(() => Benchmark, { description: 'The benchmark.' })
  async benchmark(
    @Root() { labId, benchmarkId: id }: ComparisonRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<Benchmark> {
    return promised('benchmark', id, await loaders.benchmark.load({ labId, id }));
  }

  @FieldResolver(() => Model, { description: 'The first model.' })
  async first(@Root() { labId, firstId: id }: ComparisonRecord, @Ctx() { loaders }: ApiContext): Promise<Model> {
    return promised('model', id, await loaders.model.load({ labId, id }));
  }

  @FieldResolver(() => Model, { description: 'The model it is compared with.' })
  async second(@Root() { labId, secondId: id }: ComparisonRecord, @Ctx() { loaders }: ApiContext): Promise<Model> {
    return promised('model', id, await loaders.model.load({ labId, id }));
  }
}

@Resolver(() => Model)
export class ComparedModelResolver {
  @FieldResolver(() => [Comparison], {
    description:
      'It beside other models of its lab, on every benchmark that both were evaluated on: in the order of the models, and by benchmark. p-values are adjusted for all of them together.',
  })
  async comparedWith(
    @Arg('models', () => [ID], { description: 'Ids of the other models, at most 20. What is not there is left out.' })
    models: readonly string[],
    @Root() { labId, id }: ModelRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly Adjusted[]> {
    if (models.length > MOST_OTHERS) {
      throw new StockpotError(
        'BAD_INPUT',
        `A model was to be compared with ${models.length} others; at most ${MOST_OTHERS} are compared at a time.`,
        'Ask for fewer models.',
      );
    }
    const others = [...new Set(models)].filter((other) => other !== id && !other.includes(' '));
    const found = await loaders.comparisons.loadMany(others.map((other) => ({ labId, id: pairKey(id, other) })));
    const failed = found.find((result) => result instanceof Error);
    if (failed instanceof Error) throw failed;
    const all = found.flatMap((result) => (result instanceof Error ? [] : result));
    return budget.spend(comparisons.readTogether(all));
  }
}
