import { and, asc, eq, inArray, lineageQueries, soupCoefficients, soupTrace, type Tx } from '@stockpot/db';
import { loadModelsById } from '../models/load.js';
import type { GreedyRound, SoupDetail } from '../models/types.js';

/** Soups of one lab with what explains them; ids of other models and of nothing are left out. */
export async function loadSoups(tx: Tx, labId: string, ids: readonly string[]): Promise<SoupDetail[]> {
  const soups = (await loadModelsById(tx, labId, ids)).flatMap((model) => (model.kind === 'soup' ? [model] : []));
  if (soups.length === 0) return [];
  const soupIds = soups.map((soup) => soup.id);
  const shares = await tx
    .select({
      soupId: soupCoefficients.soupId,
      ingredientId: soupCoefficients.ingredientId,
      coefficient: soupCoefficients.coefficient,
    })
    .from(soupCoefficients)
    .where(and(eq(soupCoefficients.labId, labId), inArray(soupCoefficients.soupId, soupIds)))
    .orderBy(asc(soupCoefficients.soupId), asc(soupCoefficients.position));
  const traces = await loadTraces(tx, labId, soupIds);
  const models = await loadModelsById(tx, labId, [...new Set(shares.map((share) => share.ingredientId))]);
  const byId = new Map(models.map((model) => [model.id, model]));
  const details: SoupDetail[] = [];
  for (const soup of soups) {
    const pool = shares.filter((share) => share.soupId === soup.id);
    const stocks = await lineageQueries.stocksAbove(tx, labId, soup.id);
    const ensembles = await lineageQueries.ensemblesOf(
      tx,
      labId,
      pool.map((share) => share.ingredientId),
    );
    details.push({
      soup,
      coefficients: pool.flatMap(({ ingredientId, coefficient }) => {
        const ingredient = byId.get(ingredientId);
        return ingredient === undefined ? [] : [{ ingredient, coefficient }];
      }),
      trace: traces.get(soup.id) ?? [],
      stockId: stocks.length === 1 ? (stocks[0] ?? null) : null,
      ensembleId: ensembles[0] ?? null,
    });
  }
  return details;
}

async function loadTraces(tx: Tx, labId: string, soupIds: readonly string[]): Promise<Map<string, GreedyRound[]>> {
  const rows = await tx
    .select({
      soupId: soupTrace.soupId,
      round: soupTrace.round,
      candidateId: soupTrace.candidateId,
      score: soupTrace.score,
      best: soupTrace.best,
      accepted: soupTrace.accepted,
      members: soupTrace.members,
      n: soupTrace.n,
    })
    .from(soupTrace)
    .where(and(eq(soupTrace.labId, labId), inArray(soupTrace.soupId, [...soupIds])))
    .orderBy(asc(soupTrace.soupId), asc(soupTrace.round));
  const traces = new Map<string, GreedyRound[]>();
  for (const { soupId, ...round } of rows) traces.set(soupId, [...(traces.get(soupId) ?? []), round]);
  return traces;
}
