import { analyses, analysisQueries, and, count, desc, eq, inArray, lt, or, type Tx } from '@stockpot/db';
import type { EvaluationCount, Examined } from '@stockpot/engine/analysis/documents';
import { decodeCursor, encodeCursor, timeCursor, toPage } from '../../cursor.js';
import type { Page } from '../../page.js';
import type { AnalysesOf, Analysis, StoredDocument } from './types.js';

type Row = analysisQueries.AnalysisRow;

/** Analyses by id, in the order asked for; ids that are not there are left out. */
export async function loadAnalyses(tx: Tx, labId: string, ids: readonly string[]): Promise<Analysis[]> {
  if (ids.length === 0) return [];
  const rows = await analysisQueries.byIds(tx, labId, [...new Set(ids)]);
  const found = new Map(rows.map((row) => [row.id, toAnalysis(labId, row)]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** What each of some runs, models or soups has, in the order in which the query gives them. */
export async function loadAnalysesOf(
  tx: Tx,
  labId: string,
  query: (tx: Tx, labId: string, ids: readonly string[]) => Promise<Row[]>,
  ids: readonly string[],
): Promise<AnalysesOf[]> {
  if (ids.length === 0) return [];
  const found = new Map<string, Analysis[]>();
  for (const row of await query(tx, labId, [...new Set(ids)])) {
    const analysis = toAnalysis(labId, row);
    const others = found.get(row.of);
    if (others === undefined) found.set(row.of, [analysis]);
    else others.push(analysis);
  }
  return [...found].map(([of, analyses]) => ({ of, analyses }));
}

/** A page of a lab's analyses, newest first. */
export async function pageOfAnalyses(
  tx: Tx,
  labId: string,
  input: { first: number; after?: string | null | undefined },
): Promise<Page<Analysis>> {
  const mine = eq(analyses.labId, labId);
  let where = mine;
  if (input.after) {
    const [time, id] = decodeCursor(timeCursor, input.after);
    const at = new Date(time);
    where = and(mine, or(lt(analyses.createdAt, at), and(eq(analyses.createdAt, at), lt(analyses.id, id)))) ?? mine;
  }
  const rows = await tx
    .select({ id: analyses.id })
    .from(analyses)
    .where(where)
    .orderBy(desc(analyses.createdAt), desc(analyses.id))
    .limit(input.first + 1);
  const [total] = await tx.select({ n: count() }).from(analyses).where(mine);
  const found = await loadAnalyses(
    tx,
    labId,
    rows.map(({ id }) => id),
  );
  return toPage(found, input.first, total?.n ?? 0, ({ createdAt, id }) => encodeCursor([createdAt.getTime(), id]));
}

/** The documents of analyses. */
export function loadDocuments(tx: Tx, labId: string, ids: readonly string[]): Promise<StoredDocument[]> {
  return tx
    .select({ id: analyses.id, document: analyses.document })
    .from(analyses)
    .where(and(eq(analyses.labId, labId), inArray(analyses.id, [...ids])));
}

function toAnalysis(labId: string, row: Row): Analysis {
  const { id, name, kind, benchmarkId, soupId, runId, stepKey, createdAt, models, hash, bytes, mediaType } = row;
  return {
    ...{ id, labId, name, kind, benchmarkId, soupId, subjects: models, runId, stepKey },
    // Parsed by the schema of its kind when it was stored, and generated from that document since.
    examined: row.examined as Examined | null,
    evaluations: row.evaluations as EvaluationCount | null,
    artifact: { hash, bytes, mediaType },
    createdAt: new Date(createdAt),
  };
}
