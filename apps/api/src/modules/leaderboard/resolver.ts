import { labs, leaderboard } from '@stockpot/domain';
import { Arg, Ctx, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { authorised } from '../../events/authorised.js';
import type { Change } from '../../events/change-stream.js';
import type { Following } from '../../events/following.js';
import { ApiContext } from '../../graphql/context.js';
import { connection } from '../paging/connection.js';
import { placeKey } from './loaders.js';
import { LeaderboardChange, LeaderboardConnection, LeaderboardFilter, LeaderboardOrder } from './types.js';

/** Stands for "several models" where a notification names none. */
const SEVERAL = '';

@Resolver()
export class LeaderboardResolver {
  @Query(() => LeaderboardConnection, { description: "A lab's models with their scores on its benchmarks." })
  async leaderboard(
    @Arg('lab', () => String, { description: 'Slug of the lab.' }) lab: string,
    @Arg('orderBy', () => LeaderboardOrder, {
      nullable: true,
      description: "Order; by default the headline of the lab's first test benchmark, best first.",
    })
    orderBy: LeaderboardOrder | null,
    @Arg('filter', () => LeaderboardFilter, { nullable: true, description: 'Which models.' })
    filter: LeaderboardFilter | null,
    @Arg('first', () => Int, { defaultValue: 50, description: 'Rows a page, 1 to 200.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the row before the page.' })
    after: string | null,
    @Ctx() { domain }: ApiContext,
  ): Promise<LeaderboardConnection> {
    const page = await leaderboard.list({
      ctx: domain,
      input: {
        lab,
        ...(orderBy && { orderBy }),
        kinds: filter?.kinds && [...filter.kinds],
        search: filter?.search,
        run: filter?.run,
        first,
        after,
      },
    });
    const { columns, orderedBy, order } = page;
    const columnMetrics = columns.map(({ id }, column) => ({
      benchmark: id,
      metrics: page.columnMetrics[column] ?? [],
    }));
    const labId = columns[0]?.labId;
    const place = (model?: string) =>
      labId === undefined || orderedBy === null || order === null
        ? null
        : placeKey(labId, orderedBy, order.metric.name, model);
    const edges = page.edges.map(({ node, cursor }) => ({ cursor, node: { ...node, place: place(node.model.id) } }));
    return { ...connection({ ...page, edges }, after), columns, orderedBy, order, columnMetrics, place: place() };
  }

  @Subscription(() => LeaderboardChange, {
    description: "A model or an evaluation was added to the lab's leaderboard.",
    subscribe: followLeaderboard,
  })
  async leaderboardChanged(
    @Root() event: Change<string>,
    @Arg('lab', () => String, { description: 'Slug of the lab.' }) lab: string,
    @Ctx() context: ApiContext,
  ): Promise<LeaderboardChange> {
    return authorised(event, context, async ({ domain }) => {
      const { slug } = await labs.bySlug({ ctx: domain, input: { slug: lab } });
      const [model, ...others] = event.items;
      return { lab: slug, model: model === undefined || model === SEVERAL || others.length > 0 ? null : model };
    });
  }
}

async function followLeaderboard({ args, context }: Following): Promise<AsyncIterable<Change<string>>> {
  const lab = await labs.bySlug({ ctx: context.domain, input: { slug: String(args.lab) } });
  return context.services.events.follow('stockpot_leaderboard', ({ labId, modelId }) =>
    labId === lab.id ? (modelId ?? SEVERAL) : null,
  );
}
