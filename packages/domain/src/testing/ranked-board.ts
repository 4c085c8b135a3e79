import type { Context } from '../context.js';
import * as leaderboard from '../leaderboard/index.js';
import type { Leaderboard, LeaderboardRanking, LeaderboardRow, RowRank } from '../leaderboard/types.js';

type Row = LeaderboardRow & { readonly [Field in keyof RowRank]: RowRank[Field] | null };
export interface RankedBoard extends Omit<Leaderboard, 'edges'> {
  readonly edges: readonly { readonly node: Row; readonly cursor: string }[];
  readonly ranking: LeaderboardRanking | null;
}

const NONE = { rank: null, rankInterval: null, versusBest: null };

/** A page with its ranks, as the API serves it to who asks for all of its fields. */
export async function rankedBoard(call: {
  readonly ctx: Context;
  readonly input: Parameters<typeof leaderboard.list>[0]['input'];
}): Promise<RankedBoard> {
  const { ctx, input } = call;
  const { edges, ...page } = await leaderboard.list({ ctx, input });
  const { orderedBy: benchmark, order } = page;
  const models = edges.map(({ node }) => node.model.id);
  const boards = benchmark === null || order === null ? [] : [{ benchmark, metric: order.metric.name, models }];
  const [found] = boards.length === 0 ? [] : await leaderboard.ranks({ ctx, input: { lab: input.lab, boards } });
  return {
    ...page,
    edges: edges.map(({ node, cursor }) => ({
      cursor,
      node: { ...node, ...NONE, ...found?.ranks.get(node.model.id) },
    })),
    ranking: found?.ranking ?? null,
  };
}
