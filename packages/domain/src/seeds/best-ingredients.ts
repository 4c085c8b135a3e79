import { and, ensembles, eq, inArray, seedQueries as queries, soups, type Tx } from '@stockpot/db';
import type { Benchmark } from '../benchmarks/types.js';
import { loadScores, type Scores } from './scores.js';

/** The best ingredient of what a soup or an ensemble was made of, chosen by score on a selection benchmark. */
export interface BestIngredient {
  readonly modelId: string;
  /** Ingredients it was chosen from. */
  readonly from: number;
  /** The split that it was chosen on: scores there flatter it. */
  readonly splitId: string;
}

/**
 * For each soup and ensemble: by the benchmark that it was chosen by itself, else the first selection benchmark on which all of
 * its ingredients have scores. Ties go to the older. None for what is made of soups, and without such a benchmark.
 */
export async function bestIngredients(
  tx: Tx,
  labId: string,
  modelIds: readonly string[],
): Promise<ReadonlyMap<string, BestIngredient>> {
  const pools = new Map<string, string[]>();
  for (const { modelId, candidateId } of await queries.poolsOf(tx, labId, modelIds)) {
    pools.set(modelId, [...(pools.get(modelId) ?? []), candidateId]);
  }
  const chosenBy = await selections(tx, labId, modelIds);
  const scores = await loadScores(tx, labId, [...new Set([...pools.values()].flat())]);
  const best = new Map<string, BestIngredient>();
  for (const [modelId, pool] of pools) {
    const found = bestOf(pool, chosenBy.get(modelId) ?? null, scores);
    if (found !== undefined && pool.length > 1) best.set(modelId, found);
  }
  return best;
}

function bestOf(pool: readonly string[], chosenBy: string | null, scores: Scores): BestIngredient | undefined {
  const selection = scores.columns.filter(({ role }) => role === 'selection');
  const complete = ({ id }: Benchmark) => pool.every((one) => scores.of(one, id) !== undefined);
  const column = (chosenBy === null ? undefined : scores.columnFor(chosenBy)) ?? selection.find(complete);
  if (column === undefined || !complete(column)) return undefined;
  let best: { readonly modelId: string; readonly value: number } | undefined;
  for (const modelId of pool) {
    const score = scores.of(modelId, column.id);
    if (score === undefined) continue;
    const value = score.metric.better === 'lower' ? -score.value : score.value;
    if (best === undefined || value > best.value) best = { modelId, value };
  }
  return best === undefined ? undefined : { modelId: best.modelId, from: pool.length, splitId: column.split.id };
}

/** Soup or ensemble → the benchmark it was chosen by. */
async function selections(tx: Tx, labId: string, modelIds: readonly string[]): Promise<Map<string, string | null>> {
  if (modelIds.length === 0) return new Map();
  const chosen = (table: typeof soups | typeof ensembles) =>
    tx
      .select({ id: table.id, benchmarkId: table.selectionBenchmarkId })
      .from(table)
      .where(and(eq(table.labId, labId), inArray(table.id, [...modelIds])));
  const rows = [...(await chosen(soups)), ...(await chosen(ensembles))];
  return new Map(rows.map(({ id, benchmarkId }) => [id, benchmarkId]));
}
