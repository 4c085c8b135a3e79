import {
  and,
  artifacts,
  asc,
  eq,
  inArray,
  lineageQueries,
  soupCoefficients,
  soups,
  soupTrace,
  type Tx,
} from '@stockpot/db';
import { loadModelsById } from '../models/load.js';
import type { Artifact, GreedyRound, Model, SoupDetail } from '../models/types.js';

/** Soups of one lab with what explains them, in a fixed number of statements; ids of other models and of nothing are left out. */
export async function loadSoups(tx: Tx, labId: string, ids: readonly string[]): Promise<SoupDetail[]> {
  const found = (await loadModelsById(tx, labId, ids)).flatMap((model) => (model.kind === 'soup' ? [model] : []));
  if (found.length === 0) return [];
  const soupIds = found.map((soup) => soup.id);
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
  const proofs = await loadProofs(tx, labId, soupIds);
  const effective = await lineageQueries.effectiveCoefficients(
    tx,
    labId,
    found.flatMap(({ id, mixing }) => (mixing === 'linear' ? [id] : [])),
  );
  const models = await loadModelsById(tx, labId, [
    ...new Set([
      ...shares.map((share) => share.ingredientId),
      ...[...proofs.values()].flatMap(({ baseId }) => baseId ?? []),
      ...[...effective.values()].flatMap((parts) => parts.map(({ id }) => id)),
    ]),
  ]);
  const byId = new Map(models.map((model) => [model.id, model]));
  const pools = found.map((soup) => shares.filter((share) => share.soupId === soup.id));
  const stocksOf = await lineageQueries.stocksAbove(tx, labId, soupIds);
  const ensemblesOf = await lineageQueries.ensemblesOf(
    tx,
    labId,
    pools.map((pool) => pool.map(({ ingredientId }) => ingredientId)),
  );
  return found.map((soup, place) => {
    const pool = pools[place] ?? [];
    const stocks = stocksOf.get(soup.id) ?? [];
    const ensembles = ensemblesOf.filter((one) => one.pool === place);
    return {
      soup,
      coefficients: pool.flatMap(({ ingredientId, coefficient }) => {
        const ingredient = byId.get(ingredientId);
        return ingredient === undefined ? [] : [{ ingredient, coefficient }];
      }),
      base: baseOf(proofs.get(soup.id), byId),
      effective:
        effective.get(soup.id)?.flatMap(({ id, coefficient }) => {
          const ingredient = byId.get(id);
          return ingredient === undefined ? [] : [{ ingredient, coefficient }];
        }) ?? null,
      certificate: proofs.get(soup.id)?.certificate ?? null,
      trace: traces.get(soup.id) ?? [],
      stockId: stocks.length === 1 ? (stocks[0] ?? null) : null,
      ensembleId: ensembles.find(({ method }) => method === 'logit-ensemble')?.id ?? null,
      greedyEnsembleId: ensembles.find(({ method }) => method === 'greedy-ensemble')?.id ?? null,
    };
  });
}

interface Proof {
  readonly baseId: string | null;
  readonly baseCoefficient: number | null;
  readonly certificate: Artifact | null;
}

function baseOf(proof: Proof | undefined, byId: ReadonlyMap<string, Model>): SoupDetail['base'] {
  const model = byId.get(proof?.baseId ?? '');
  return model === undefined ? null : { model, coefficient: proof?.baseCoefficient ?? null };
}

/** The stocks that soups start from, and the certificates of soups. */
async function loadProofs(tx: Tx, labId: string, soupIds: readonly string[]): Promise<Map<string, Proof>> {
  const rows = await tx
    .select({
      id: soups.id,
      baseId: soups.baseId,
      baseCoefficient: soups.baseCoefficient,
      certificate: { hash: artifacts.hash, bytes: artifacts.bytes, mediaType: artifacts.mediaType },
    })
    .from(soups)
    .leftJoin(artifacts, and(eq(artifacts.labId, soups.labId), eq(artifacts.id, soups.certificateId)))
    .where(and(eq(soups.labId, labId), inArray(soups.id, [...soupIds])));
  return new Map(rows.map(({ id, ...proof }) => [id, proof]));
}

/** The searches for soups and ensembles, by their ids; what nobody searched for is left out. */
export async function loadTraces(
  tx: Tx,
  labId: string,
  soupIds: readonly string[],
): Promise<Map<string, GreedyRound[]>> {
  const rows = await tx
    .select({
      soupId: soupTrace.soupId,
      round: soupTrace.round,
      candidateId: soupTrace.candidateId,
      score: soupTrace.score,
      best: soupTrace.best,
      accepted: soupTrace.accepted,
      turn: soupTrace.turn,
      removed: soupTrace.removed,
      cached: soupTrace.cached,
      members: soupTrace.members,
      n: soupTrace.n,
    })
    .from(soupTrace)
    .where(and(eq(soupTrace.labId, labId), inArray(soupTrace.soupId, [...soupIds])))
    .orderBy(asc(soupTrace.soupId), asc(soupTrace.round));
  const traces = new Map<string, GreedyRound[]>();
  for (const { soupId, ...round } of rows) {
    const mine = traces.get(soupId);
    if (mine === undefined) traces.set(soupId, [round]);
    else mine.push(round);
  }
  return traces;
}
