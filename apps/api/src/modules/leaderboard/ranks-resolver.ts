import { Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { LeaderboardConnection, LeaderboardRanking, LeaderboardRow, RankInterval, VersusBest } from './types.js';

/** @file The fields that ranks are needed for: comparing a board costs more than all else of it, so that only who asks has it done. */

@Resolver(() => LeaderboardConnection)
export class LeaderboardRankingResolver {
  @FieldResolver(() => LeaderboardRanking, {
    nullable: true,
    description: 'How the ranks came about; null when the rows are ordered by name or time.',
  })
  async ranking(
    @Root() { place }: LeaderboardConnection,
    @Ctx() { loaders }: ApiContext,
  ): Promise<LeaderboardRanking | null> {
    return place && ((await loaders.ranks.load(place))?.ranking ?? null);
  }
}

@Resolver(() => LeaderboardRow)
export class LeaderboardRowResolver {
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      "1 + the number of the lab's models that score strictly better on the benchmark of the order, whatever the filter; null when the order is another, when the score is missing or spent, and on a split that models are chosen or trained on.",
  })
  async rank(@Root() row: LeaderboardRow, @Ctx() context: ApiContext): Promise<number | null> {
    return (await rankOf(row, context))?.rank ?? null;
  }

  @FieldResolver(() => RankInterval, {
    nullable: true,
    description: 'The ranks that cannot be excluded; null where `rank` is, and where ranks come from values alone.',
  })
  async rankInterval(@Root() row: LeaderboardRow, @Ctx() context: ApiContext): Promise<RankInterval | null> {
    return (await rankOf(row, context))?.rankInterval ?? null;
  }

  @FieldResolver(() => VersusBest, {
    nullable: true,
    description: 'How it stands beside the best of the board; null where `rank` is, and for the best itself.',
  })
  async versusBest(@Root() row: LeaderboardRow, @Ctx() context: ApiContext): Promise<VersusBest | null> {
    return (await rankOf(row, context))?.versusBest ?? null;
  }
}

async function rankOf({ place }: LeaderboardRow, { loaders }: ApiContext) {
  return place === null ? null : ((await loaders.ranks.load(place))?.rank ?? null);
}
