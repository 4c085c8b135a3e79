import { type Context, type LeaderboardRanking, leaderboard, type RowRank } from '@stockpot/domain';
import { type TenantKey, type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** How a board ranks, and the rank of one of its models; null when it has none, or none was asked for. */
export interface Place {
  readonly ranking: LeaderboardRanking;
  readonly rank: RowRank | null;
}
export type RanksLoader = TenantLoader<Place | null>;

/** A model on a board as a key; no model for the board alone. Ids and names of metrics hold no space. */
export function placeKey(labId: string, benchmark: string, metric: string, model = ''): TenantKey {
  return { labId, id: `${benchmark} ${metric} ${model}` };
}

/** The ranks of models on boards, by `placeKey`: boards are compared when a field that shows ranks is asked for, and not before. */
export function ranksLoader(ctx: Context): RanksLoader {
  return tenantLoader<Place | null>(
    async (lab, keys) => {
      const wanted = new Map<string, { benchmark: string; metric: string; models: string[] }>();
      for (const key of keys) {
        const [benchmark = '', metric = '', model = ''] = key.split(' ');
        const board = wanted.get(`${benchmark} ${metric}`) ?? { benchmark, metric, models: [] };
        wanted.set(`${benchmark} ${metric}`, board);
        if (model !== '') board.models.push(model);
      }
      const boards = [...wanted.values()];
      const found = await leaderboard.ranks({ ctx, input: { lab, boards } });
      const places = new Map<string, Place>();
      for (const [at, { benchmark, metric, models }] of boards.entries()) {
        const board = found[at];
        if (board === undefined) continue;
        const { ranking, ranks } = board;
        places.set(placeKey(lab, benchmark, metric).id, { ranking, rank: null });
        for (const model of models) {
          places.set(placeKey(lab, benchmark, metric, model).id, { ranking, rank: ranks.get(model) ?? null });
        }
      }
      return places;
    },
    () => null,
  );
}
