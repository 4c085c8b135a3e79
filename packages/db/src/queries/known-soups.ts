import { sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';

/** @file What a lab knows of soups over the ingredients of other soups: scores that a search need not pay for again. */

/** Soups made of any of the models, the newest `limit` of them. */
export async function newestSoupsOf(
  tx: Tx,
  labId: string,
  modelIds: readonly string[],
  limit: number,
): Promise<string[]> {
  const result = await tx.execute<{ id: string }>(sql`
    select distinct p.child_id as id from model_parents p
    where p.lab_id = ${labId} and p.parent_id = any(${sql.param(modelIds)}::text[]) and p.child_id like 'soup\\_%'
    order by id desc limit ${limit}`);
  return result.rows.map(({ id }) => id);
}

export interface ScoredSoup extends Record<string, unknown> {
  readonly id: string;
  readonly benchmarkId: string;
  readonly top1: number;
  readonly ingredientIds: string[];
  readonly coefficients: number[];
}

/**
 * Those of the soups that are plain averages of at most `most` models and were scored on the benchmarks, with what is in them. One
 * whose statistics were estimated again answers otherwise than the average that it holds: it is left out.
 */
export async function scoredAverages(
  tx: Tx,
  labId: string,
  soupIds: readonly string[],
  benchmarkIds: readonly string[],
  most: number,
): Promise<ScoredSoup[]> {
  const result = await tx.execute<ScoredSoup>(sql`
    select e.model_id as id, e.benchmark_id as "benchmarkId", e.top1,
           array_agg(c.ingredient_id order by c.position) as "ingredientIds",
           array_agg(c.coefficient order by c.position) as coefficients
    from evaluations e
    join soups s on s.lab_id = e.lab_id and s.id = e.model_id and s.mixing = 'linear' and s.base_id is null
      and s.method <> 'batchnorm'
    join soup_coefficients c on c.lab_id = e.lab_id and c.soup_id = e.model_id and c.coefficient <> 0
    where e.lab_id = ${labId} and e.top1 is not null
      and e.model_id = any(${sql.param(soupIds)}::text[]) and e.benchmark_id = any(${sql.param(benchmarkIds)}::text[])
    group by e.model_id, e.benchmark_id, e.top1 having count(*) <= ${most}`);
  return result.rows;
}

export interface RecordedTrial extends Record<string, unknown> {
  readonly soupId: string;
  readonly benchmarkId: string;
  readonly round: number;
  readonly candidateId: string;
  readonly score: number;
  readonly best: number;
  readonly accepted: boolean;
  readonly members: number;
  readonly turn: number | null;
  readonly removed: boolean;
}

/**
 * The traces of those of the soups that were chosen on the benchmarks, trial by trial, the newest soups first: at most `limit`
 * trials, so that the last trace may lack its end.
 */
export async function tracesOf(
  tx: Tx,
  labId: string,
  soupIds: readonly string[],
  benchmarkIds: readonly string[],
  limit: number,
): Promise<RecordedTrial[]> {
  const result = await tx.execute<RecordedTrial>(sql`
    select t.soup_id as "soupId", s.selection_benchmark_id as "benchmarkId",
           t.round, t.candidate_id as "candidateId", t.score, t.best, t.accepted, t.members, t.turn, t.removed
    from soup_trace t join soups s on s.lab_id = t.lab_id and s.id = t.soup_id
    where t.lab_id = ${labId} and t.soup_id = any(${sql.param(soupIds)}::text[])
      and s.selection_benchmark_id = any(${sql.param(benchmarkIds)}::text[])
    order by t.soup_id desc, t.round limit ${limit}`);
  return result.rows;
}

/** What each of the soups was made or chosen from, in its order. Soups of more than `most` models are left out. */
export async function poolsOf(
  tx: Tx,
  labId: string,
  soupIds: readonly string[],
  most: number,
): Promise<Map<string, readonly string[]>> {
  const result = await tx.execute<{ id: string; pool: string[] }>(sql`
    select soup_id as id, array_agg(ingredient_id order by position) as pool from soup_coefficients
    where lab_id = ${labId} and soup_id = any(${sql.param(soupIds)}::text[])
    group by soup_id having count(*) <= ${most}`);
  return new Map(result.rows.map(({ id, pool }) => [id, pool]));
}

/** Seconds that the training of models took, by model: of the step that first made each. What was not timed, or not trained (imported, aligned, mixed), is left out. */
export async function secondsToTrain(tx: Tx, labId: string, modelIds: readonly string[]): Promise<Map<string, number>> {
  const result = await tx.execute<{ id: string; seconds: number }>(sql`
    select distinct on (model_id) model_id as id, extract(epoch from finished_at - started_at)::float8 as seconds
    from steps
    where lab_id = ${labId} and model_id = any(${sql.param(modelIds)}::text[]) and status = 'succeeded'
      and kind in ('pretrain', 'finetune') and finished_at is not null and started_at is not null
    order by model_id, id`);
  return new Map(result.rows.map(({ id, seconds }) => [id, seconds]));
}
