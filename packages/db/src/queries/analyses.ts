import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';
import type { AnalysisKind } from '../schema/analyses/index.js';

/** An analysis without its document, which may be megabytes. */
export interface AnalysisRow extends Record<string, unknown> {
  /** The run, model or soup it was asked for by; its own id where it was asked for itself. */
  readonly of: string;
  readonly id: string;
  readonly name: string;
  readonly kind: AnalysisKind;
  readonly benchmarkId: string | null;
  readonly soupId: string | null;
  readonly runId: string | null;
  readonly stepKey: string;
  readonly createdAt: string;
  readonly hash: string;
  readonly bytes: number;
  readonly mediaType: string;
  /** Of the document; null in those that have none. */
  readonly examined: unknown;
  readonly evaluations: unknown;
  /** The models it is about, in the document's order. */
  readonly models: readonly { readonly id: string; readonly name: string }[];
}

/** Most analyses of one owner that are listed. */
const MOST_EACH = 200;

/**
 * Analyses by what they are asked for: one statement, however many. `found` gives pairs (of, id, place).
 */
async function rowsOf(tx: Tx, labId: string, found: SQL): Promise<AnalysisRow[]> {
  const result = await tx.execute<AnalysisRow>(sql`
    with found(of, id, place) as (${found}),
    numbered as (select f.*, row_number() over (partition by f.of order by f.place, f.id) as n from found f)
    select f.of, a.id, a.name, a.kind, a.benchmark_id as "benchmarkId", a.soup_id as "soupId", a.run_id as "runId", a.step_key as "stepKey",
           a.created_at as "createdAt", b.hash, b.bytes::float8 as bytes, b.media_type as "mediaType",
           a.examined, a.evaluations,
           (select json_agg(json_build_object('id', m.model_id, 'name', m.name) order by m.position) from analysis_models m
            where m.lab_id = ${labId} and m.analysis_id = a.id) as models
    from numbered f
    join analyses a on a.lab_id = ${labId} and a.id = f.id
    join artifacts b on b.lab_id = ${labId} and b.id = a.artifact_id
    where f.n <= ${MOST_EACH}
    order by f.of, f.n`);
  return result.rows;
}

/** Analyses by their ids. */
export function byIds(tx: Tx, labId: string, ids: readonly string[]): Promise<AnalysisRow[]> {
  return rowsOf(tx, labId, sql`select i, i, 0 from unnest(${sql.param(ids)}::text[]) i`);
}

/** What runs made or reused, in the order of their plans. */
export function ofRuns(tx: Tx, labId: string, runIds: readonly string[]): Promise<AnalysisRow[]> {
  return rowsOf(
    tx,
    labId,
    sql`select s.run_id, s.analysis_id, min(s.position) from steps s
        where s.lab_id = ${labId} and s.run_id = any(${sql.param(runIds)}::text[]) and s.analysis_id is not null
        group by s.run_id, s.analysis_id`,
  );
}

/** Those that a model is among the subjects of, or whose search led to it, oldest first. */
export function ofModels(tx: Tx, labId: string, modelIds: readonly string[]): Promise<AnalysisRow[]> {
  return rowsOf(
    tx,
    labId,
    sql`select distinct m.model_id, m.analysis_id, 0 from analysis_models m
        where m.lab_id = ${labId} and m.model_id = any(${sql.param(modelIds)}::text[])
        union
        select s.soup_id, s.id, 0 from analyses s
        where s.lab_id = ${labId} and s.soup_id = any(${sql.param(modelIds)}::text[])`,
  );
}

/** Those whose subjects all belong to the pool that a soup was mixed from, but none of another soup's search; oldest first. */
export function ofPools(tx: Tx, labId: string, soupIds: readonly string[]): Promise<AnalysisRow[]> {
  return rowsOf(
    tx,
    labId,
    sql`select c.soup_id, m.analysis_id, 0 from soup_coefficients c
        join analysis_models m on m.lab_id = ${labId} and m.model_id = c.ingredient_id
        join analyses s on s.lab_id = ${labId} and s.id = m.analysis_id and coalesce(s.soup_id, c.soup_id) = c.soup_id
        where c.lab_id = ${labId} and c.soup_id = any(${sql.param(soupIds)}::text[])
        group by c.soup_id, m.analysis_id
        having count(distinct m.model_id) = (select count(distinct o.model_id) from analysis_models o
                                             where o.lab_id = ${labId} and o.analysis_id = m.analysis_id)`,
  );
}
