import { and, costQueries, eq, evaluations, inArray, leaderboardQueries as queries, type Tx } from '@stockpot/db';
import { wilsonInterval } from '@stockpot/engine/statistics';
import type { Benchmark } from '../benchmarks/types.js';
import { metricsOf, numberColumns } from '../evaluations/metrics-of.js';
import type { Model } from '../models/types.js';
import type { LeaderboardRow, LeaderboardScore } from './types.js';

interface Page {
  readonly models: readonly Model[];
  readonly columns: readonly Benchmark[];
  /** The ingredients of each repeat of the run that the board is limited to, if it is: the best ingredients are then those of these pools. */
  readonly pools: readonly (readonly string[])[] | null;
}

/** The models of a page with their scores and flags: a fixed number of statements, whatever the page's size. */
export async function leaderboardRows(tx: Tx, labId: string, page: Page): Promise<LeaderboardRow[]> {
  const scores = await scoresOf(tx, labId, page);
  const best = await bestIngredients(tx, labId, page);
  return page.models.map((model) => {
    const mine = scores.get(model.id);
    const cost = mine?.values().next().value;
    return {
      model,
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
}

type Score = LeaderboardScore & { readonly passes: number };

/** Model id → benchmark id → score, with the networks that an example passes through. Nothing that a board does not show. */
async function scoresOf(tx: Tx, labId: string, page: Page): Promise<Map<string, Map<string, Score>>> {
  const found = new Map<string, Map<string, Score>>();
  const benchmarkIds = page.columns.map(({ id }) => id);
  const modelIds = page.models.map(({ id }) => id);
  if (modelIds.length === 0 || benchmarkIds.length === 0) return found;
  const rows = await tx
    .select({
      modelId: evaluations.modelId,
      benchmarkId: evaluations.benchmarkId,
      evaluationId: evaluations.id,
      ...numberColumns,
      spent: evaluations.spent,
      transduction: evaluations.transduction,
    })
    .from(evaluations)
    .where(
      and(
        eq(evaluations.labId, labId),
        inArray(evaluations.modelId, modelIds),
        inArray(evaluations.benchmarkId, benchmarkIds),
      ),
    );
  const members = await membersOf(tx, labId, page);
  const headlines = new Map(page.columns.map(({ id, headline }) => [id, headline]));
  for (const { modelId, nll, ece, brier, meanCorruptionError, further, ...row } of rows) {
    const { benchmarkId, n, top1 } = row;
    const metrics = metricsOf({ n, top1, nll, ece, brier, meanCorruptionError }, further);
    const headline = metrics.find(({ name }) => name === headlines.get(benchmarkId)) ?? null;
    const interval = top1 === null ? null : wilsonInterval(top1 * n, n);
    const mine = found.get(modelId) ?? new Map<string, Score>();
    const score = { ...row, low: interval?.low ?? null, high: interval?.high ?? null, headline, metrics };
    found.set(modelId, mine.set(benchmarkId, { ...score, passes: members.get(modelId) ?? 1 }));
  }
  return found;
}

/** How many networks answer for each ensemble of the page. */
function membersOf(tx: Tx, labId: string, { models }: Page): Promise<Map<string, number>> {
  const ids = models.flatMap(({ kind, id }) => (kind === 'ensemble' ? [id] : []));
  return costQueries.ensembleMembers(tx, labId, ids);
}

async function bestIngredients(tx: Tx, labId: string, page: Page): Promise<ReadonlySet<string>> {
  const best = new Set<string>();
  for (const column of page.columns) {
    if (column.role !== 'selection') continue;
    for (const id of await queries.bestIngredientsOn(tx, labId, column.id, page.pools)) best.add(id);
  }
  return best;
}
