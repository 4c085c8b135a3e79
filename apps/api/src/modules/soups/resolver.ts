import { type GreedyRound as GreedyRoundRecord, models, type Soup as SoupRecord, soups } from '@stockpot/domain';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Artifact } from '../artifacts/types.js';
import { Benchmark } from '../benchmarks/types.js';
import { Ensemble } from '../ensembles/types.js';
import { orNull, promised } from '../found.js';
import { Model, ModelConnection } from '../models/types.js';
import { connection } from '../paging/connection.js';
import { Stock } from '../stocks/types.js';
import { GreedyRound, Soup, SoupBase, SoupCoefficient } from './types.js';

/** A round with the lab its candidate is looked up in. */
export type RoundInLab = GreedyRoundRecord & { readonly labId: string };

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
    description: 'The benchmark whose split was looked at to choose it; null for methods that look at none.',
  })
  async selection(
    @Root() { labId, selectionBenchmarkId: id }: SoupRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<Benchmark | null> {
    return id === null ? null : loaders.benchmark.load({ labId, id });
  }

  @FieldResolver(() => String, { description: "The method's name for people, for example Greedy soup." })
  methodTitle(@Root() { method }: SoupRecord): string {
    return soups.methodFacts(method)?.title ?? method;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where the method comes from: authors, venue, identifier. Null for a method that this version does not know.',
  })
  methodSource(@Root() { method }: SoupRecord): string | null {
    return soups.methodFacts(method)?.source ?? null;
  }

  @FieldResolver(() => [SoupCoefficient], {
    description: 'One a model that could have been mixed in, in the order of the recipe; 0 for one that is not in it.',
  })
  async coefficients(@Root() soup: SoupRecord, @Ctx() context: ApiContext): Promise<readonly SoupCoefficient[]> {
    return context.budget.spend((await detailOf(soup, context)).coefficients);
  }

  @FieldResolver(() => SoupBase, {
    nullable: true,
    description: 'The stock that the method starts from, with what it counts; null for a method that starts from none.',
  })
  async base(@Root() soup: SoupRecord, @Ctx() context: ApiContext): Promise<SoupBase | null> {
    return (await detailOf(soup, context)).base;
  }

  @FieldResolver(() => [SoupCoefficient], {
    nullable: true,
    description:
      'What the models that were never soups themselves count, soups among the ingredients taken apart, largest first; null where that is not known.',
  })
  async effective(@Root() soup: SoupRecord, @Ctx() context: ApiContext): Promise<readonly SoupCoefficient[] | null> {
    const { effective } = await detailOf(soup, context);
    return effective === null ? null : context.budget.spend(effective);
  }

  @FieldResolver(() => Artifact, {
    nullable: true,
    description:
      'The certificate that `stockpot verify` checks the checkpoint against; null for soups of older versions.',
  })
  async certificate(@Root() soup: SoupRecord, @Ctx() context: ApiContext): Promise<Artifact | null> {
    return (await detailOf(soup, context)).certificate;
  }

  @FieldResolver(() => [GreedyRound], {
    description: 'Every candidate that a search tried, in order; empty for methods that do not search.',
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

  @FieldResolver(() => Ensemble, {
    nullable: true,
    description:
      'The ensemble that greedy chose among the same ingredients by the mean of their logits, when the recipe asked for it.',
  })
  async greedyEnsemble(@Root() soup: SoupRecord, @Ctx() context: ApiContext): Promise<Model | null> {
    const { greedyEnsembleId: id } = await detailOf(soup, context);
    return id === null ? null : context.loaders.model.load({ labId: soup.labId, id });
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
