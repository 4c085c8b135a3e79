import { datasets, type Split as SplitRecord } from '@stockpot/domain';
import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { promised } from '../found.js';
import { Dataset, Split } from './types.js';

@Resolver(() => Dataset)
export class DatasetResolver {
  @Query(() => [Dataset], { description: "A lab's datasets by name." })
  async datasets(
    @Arg('lab', () => String, { description: 'Slug of the lab.' }) lab: string,
    @Ctx() { domain }: ApiContext,
  ): Promise<readonly Dataset[]> {
    return datasets.list({ ctx: domain, input: { lab } });
  }
}

@Resolver(() => Split)
export class SplitResolver {
  @FieldResolver(() => Dataset, { description: 'The dataset it is a part of.' })
  async dataset(@Root() split: SplitRecord, @Ctx() { loaders }: ApiContext): Promise<Dataset> {
    const { labId, datasetId: id } = split;
    return promised('dataset', id, await loaders.dataset.load({ labId, id }));
  }
}
