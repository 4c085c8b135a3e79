import { type GreedyRound as GreedyRoundRecord, models, type Soup as SoupRecord, soups } from '@stockpot/domain';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Benchmark } from '../benchmarks/types.js';
import { Ensemble } from '../ensembles/types.js';
import { orNull, promised } from '../found.js';
import { Model, ModelConnection } from '../models/types.js';
import { connection } from '../paging/connection.js';
import { Stock } from '../stocks/types.js';
import { GreedyRound, Soup, SoupCoefficient } from './types.js';

/** A round with the lab its candidate is looked up in. */
type RoundInLab = GreedyRoundRecord & { readonly labId: string };

@Resolver(() => Soup)
export class SoupResolver {
  @Query(() => Soup, { nullable: true, description: 'A soup by its id.' })
  async soup(
    @Arg('id', () => ID, { description: 'Typed id, soup_…' }) id: string,
    @Ctx() { domain }: ApiContext,
  ): Promise<Soup | null> {
    return (await orNull(soups.get({ ctx: domain, input: { id } })))?.soup ?? null;
  }

  @Query(() => ModelConnection, { description: "A lab's soups, newest first." })
  async soups(
    @Arg('lab', () => String, { description: 'Slug of the lab.' }) lab: string,
    @Arg('first', () => Int, { defaultValue: 50, description: 'Soups a page, 1 to 200.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the soup before the page.' })
    after: string | null,
    @Ctx() { domain }: ApiContext,
  ): Promise<ModelConnection> {
    return connection(await models.list({ ctx: domain, input: { lab, kind: 'soup', first, after } }), after);
  }

  @FieldResolver(() => Benchmark, {
    nullable: true,
    description: 'The benchmark the greedy recipe scored candidates on; null for methods that select nothing.',
  })
  async selection(
    @Root() { labId, selectionBenchmarkId: id }: SoupRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<Benchmark | null> {
    return id === null ? null : loaders.benchmark.load({ labId, id });
  }

  @FieldResolver(() => [SoupCoefficient], {
    description: 'One a model that could have been mixed in; 0 for a rejected one. They sum to 1.',
  })
  async coefficients(@Root() soup: SoupRecord, @Ctx() context: ApiContext): Promise<readonly SoupCoefficient[]> {
    return context.budget.spend((await detailOf(soup, context)).coefficients);
  }

  @FieldResolver(() => [GreedyRound], {
    description: 'The rounds of the greedy recipe in order; empty for other methods.',
  })
  async trace(@Root() soup: SoupRecord, @Ctx() context: ApiContext): Promise<readonly RoundInLab[]> {
    const { trace } = await detailOf(soup, context);
    return context.budget.spend(trace.map((round) => ({ ...round, labId: soup.labId })));
  }

  @FieldResolver(() => Stock, { nullable: true, description: 'The stock its ingredients descend from.' })
  async stock(@Root() soup: SoupRecord, @Ctx() context: ApiContext): Promise<Model | null> {
    const { stockId } = await detailOf(soup, context);
    return stockId === null ? null : context.loaders.model.load({ labId: soup.labId, id: stockId });
  }

  @FieldResolver(() => Ensemble, {
    nullable: true,
    description: 'The ensemble of the same ingredients, when the recipe asked for that baseline.',
  })
  async ensemble(@Root() soup: SoupRecord, @Ctx() context: ApiContext): Promise<Model | null> {
    const { ensembleId } = await detailOf(soup, context);
    return ensembleId === null ? null : context.loaders.model.load({ labId: soup.labId, id: ensembleId });
  }
}

async function detailOf({ labId, id }: SoupRecord, { loaders }: ApiContext) {
  return promised('soup', id, await loaders.soupDetail.load({ labId, id }));
}

@Resolver(() => GreedyRound)
export class GreedyRoundResolver {
  @FieldResolver(() => Model, { description: 'The model that was tried.' })
  async candidate(@Root() { labId, candidateId: id }: RoundInLab, @Ctx() { loaders }: ApiContext): Promise<Model> {
    return promised('model', id, await loaders.model.load({ labId, id }));
  }
}
