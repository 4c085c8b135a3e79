import { leaderboardQueries as queries, type Tx } from '@stockpot/db';
import type { Benchmark } from '../benchmarks/types.js';
import type { Context } from '../context.js';
import { loadEvaluations } from '../evaluations/load.js';
import type { Model } from '../models/types.js';
import { type OrderedBenchmark, rankBoard } from './ranking.js';
import type { LeaderboardRanking, LeaderboardRow, LeaderboardScore, RowRank } from './types.js';

interface Page {
  readonly models: readonly Model[];
  readonly columns: readonly Benchmark[];
  /** What the page is ordered by; null when by name or time. */
  readonly ordered: OrderedBenchmark | null;
  /** The models the board is limited to by a run, if it is: the best ingredient is then the best of these. */
  readonly ids: readonly string[] | null;
}

/** The models of a page with their scores, ranks and flags: a fixed number of statements, whatever the page's size. */
export async function leaderboardRows(
  tx: Tx,
  ctx: Context,
  labId: string,
  page: Page,
): Promise<{ rows: LeaderboardRow[]; ranking: LeaderboardRanking | null }> {
  const scores = await scoresOf(tx, labId, page);
  const best = await bestIngredients(tx, labId, page);
  const { ordered } = page;
  const shown = page.models.flatMap(({ id }) => {
    const score = ordered === null ? undefined : scores.get(id)?.get(ordered.benchmark.id);
    return score === undefined || score.spent ? [] : [{ modelId: id, top1: score.top1 }];
  });
  const board = ordered === null ? null : await rankBoard(tx, ctx, labId, ordered, shown);
  const rows = page.models.map((model) => {
    const mine = scores.get(model.id);
    const ranked = board?.ranks.get(model.id);
    const cost = mine?.values().next().value;
    return {
      model,
      rank: ranked?.rank ?? null,
      rankInterval: intervalOf(ranked),
      versusBest: ranked?.versusBest ?? null,
      bestIngredient: best.has(model.id),
      forwardPasses: cost?.passes ?? null,
      scores: page.columns.map((column) => {
        const score = mine?.get(column.id);
        if (score === undefined) return null;
        const { passes: _, ...rest } = score;
        return rest;
      }),
    };
  });
  return { rows, ranking: board?.ranking ?? null };
}

function intervalOf(ranked: RowRank | undefined): LeaderboardRow['rankInterval'] {
  if (ranked === undefined || ranked.best === null || ranked.worst === null) return null;
  return { best: ranked.best, worst: ranked.worst };
}

type Score = LeaderboardScore & { readonly passes: number };

/** Model id → benchmark id → score, with the networks that an example passes through. */
async function scoresOf(tx: Tx, labId: string, page: Page): Promise<Map<string, Map<string, Score>>> {
  const found = new Map<string, Map<string, Score>>();
  const benchmarkIds = page.columns.map(({ id }) => id);
  const evaluations = await loadEvaluations(tx, labId, { modelIds: page.models.map(({ id }) => id), benchmarkIds });
  for (const { id, modelId, benchmarkId, n, top1, top1Low, top1High, spent, transduction, ...rest } of evaluations) {
    const mine = found.get(modelId) ?? new Map<string, Score>();
    const { headline, metrics, cost } = rest;
    const score = { benchmarkId, evaluationId: id, n, top1, low: top1Low, high: top1High, spent, transduction };
    found.set(modelId, mine.set(benchmarkId, { ...score, headline, metrics, passes: cost.passes }));
  }
  return found;
}

async function bestIngredients(tx: Tx, labId: string, page: Page): Promise<ReadonlySet<string>> {
  const best = new Set<string>();
  for (const column of page.columns) {
    if (column.role !== 'selection') continue;
    const id = await queries.bestIngredientOn(tx, labId, column.id, page.ids);
    if (id !== null) best.add(id);
  }
  return best;
}
