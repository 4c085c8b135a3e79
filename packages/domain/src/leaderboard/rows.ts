import { and, eq, evaluations, inArray, leaderboardQueries as queries, type Tx } from '@stockpot/db';
import { wilsonInterval } from '@stockpot/engine/statistics';
import type { Benchmark } from '../benchmarks/types.js';
import type { Context } from '../context.js';
import type { Model } from '../models/types.js';
import { rankBoard } from './ranking.js';
import type { LeaderboardRanking, LeaderboardRow, LeaderboardScore } from './types.js';

interface Page {
  readonly models: readonly Model[];
  readonly columns: readonly Benchmark[];
  /** What the page is ordered by; null when by name or time. */
  readonly ordered: Benchmark | null;
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
    const score = ordered === null ? undefined : scores.get(id)?.get(ordered.id);
    return score === undefined || score.spent ? [] : [{ modelId: id, top1: score.top1 }];
  });
  const board = ordered === null ? null : await rankBoard(tx, ctx, labId, ordered, shown);
  const rows = page.models.map((model) => {
    const mine = scores.get(model.id);
    const ranked = board?.ranks.get(model.id);
    const cost = (ordered === null ? undefined : mine?.get(ordered.id)) ?? mine?.values().next().value;
    return {
      model,
      rank: ranked?.rank ?? null,
      rankInterval: ranked === undefined ? null : { best: ranked.best, worst: ranked.worst },
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

/** `passes`: for one image, so 1 for a model and its number of members for an ensemble. */
type Score = LeaderboardScore & { readonly passes: number };

/** Model id → benchmark id → score. */
async function scoresOf(tx: Tx, labId: string, page: Page): Promise<Map<string, Map<string, Score>>> {
  const found = new Map<string, Map<string, Score>>();
  if (page.models.length === 0 || page.columns.length === 0) return found;
  const rows = await tx
    .select({
      modelId: evaluations.modelId,
      benchmarkId: evaluations.benchmarkId,
      evaluationId: evaluations.id,
      n: evaluations.n,
      top1: evaluations.top1,
      spent: evaluations.spent,
      forwardPasses: evaluations.forwardPasses,
      examples: evaluations.examples,
    })
    .from(evaluations)
    .where(
      and(
        eq(evaluations.labId, labId),
        inArray(
          evaluations.modelId,
          page.models.map((model) => model.id),
        ),
        inArray(
          evaluations.benchmarkId,
          page.columns.map((column) => column.id),
        ),
      ),
    );
  for (const { modelId, forwardPasses, examples, top1, ...row } of rows) {
    if (top1 === null) continue;
    const mine = found.get(modelId) ?? new Map<string, Score>();
    found.set(
      modelId,
      mine.set(row.benchmarkId, {
        ...row,
        top1,
        ...wilsonInterval(top1 * row.n, row.n),
        passes: Math.round(forwardPasses / examples),
      }),
    );
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
