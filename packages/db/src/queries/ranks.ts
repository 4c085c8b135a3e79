import { sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';
import { goodness, type MetricOrder } from './metric-value.js';

/** @file What ranks on a benchmark: models with a score there that is not spent. Scores and counts are read from one index alone. */

export interface RankedScore extends Record<string, unknown> {
  readonly id: string;
  readonly top1: number;
}

/** The best `limit` of them, best first; the older first where scores are equal. */
export async function bestScores(tx: Tx, labId: string, benchmarkId: string, limit: number): Promise<RankedScore[]> {
  const result = await tx.execute<RankedScore>(sql`
    select e.model_id as id, e.top1 from evaluations e
    where e.lab_id = ${labId} and e.benchmark_id = ${benchmarkId} and e.top1 is not null and not e.spent
    order by e.top1 desc, e.model_id limit ${limit}`);
  return result.rows;
}

/** The scores of those of the models that rank. */
export async function rankedScores(
  tx: Tx,
  labId: string,
  benchmarkId: string,
  modelIds: readonly string[],
): Promise<RankedScore[]> {
  if (modelIds.length === 0) return [];
  const result = await tx.execute<RankedScore>(sql`
    select e.model_id as id, e.top1 from evaluations e
    where e.lab_id = ${labId} and e.benchmark_id = ${benchmarkId} and e.model_id = any(${sql.param(modelIds)}::text[])
      and e.top1 is not null and not e.spent`);
  return result.rows;
}

/**
 * For each score, how many rank with that score or a better one. One range of the index for all of them: what lies above each
 * is summed from what lies between.
 */
export async function countAtLeast(
  tx: Tx,
  labId: string,
  benchmarkId: string,
  scores: readonly number[],
): Promise<Map<number, number>> {
  const edges = [...new Set(scores)].sort((a, b) => a - b);
  const lowest = edges[0];
  if (lowest === undefined) return new Map();
  const result = await tx.execute<{ bucket: number; n: string }>(sql`
    select width_bucket(e.top1, t.edges) as bucket, count(*) as n
    from (select ${sql.param(edges)}::float8[] as edges) t, evaluations e
    where e.lab_id = ${labId} and e.benchmark_id = ${benchmarkId} and e.top1 >= ${lowest} and not e.spent
    group by bucket`);
  let above = 0;
  const between = new Map(result.rows.map(({ bucket, n }) => [bucket, Number(n)]));
  const found = new Map<number, number>();
  for (let index = edges.length; index > 0; index--) {
    above += between.get(index) ?? 0; // width_bucket counts from 1
    found.set(edges[index - 1] ?? 0, above);
  }
  return found;
}

export interface ValueRank extends Record<string, unknown> {
  readonly id: string;
  /** 1 + how many rank with a better value. */
  readonly rank: number;
  /** How many rank. */
  readonly models: number;
  /** The best of them, the older where several are. */
  readonly best: string;
}

/**
 * The ranks of some models by a number that is in no index, among all that rank by it on the benchmark; and that of the best,
 * whether it is among them or not, so that an answer is empty only where nobody ranks. All values are read once and none is sorted:
 * what is better than each that was asked for is counted between them.
 */
export async function ranksByValue(
  tx: Tx,
  labId: string,
  benchmarkId: string,
  order: MetricOrder,
  modelIds: readonly string[],
): Promise<ValueRank[]> {
  const good = goodness(order);
  const result = await tx.execute<ValueRank>(sql`
    with good as materialized (
      select e.model_id as id, ${good} as value from evaluations e
      where e.lab_id = ${labId} and e.benchmark_id = ${benchmarkId} and ${good} is not null and not e.spent),
    best as materialized (select id from good order by value desc, id limit 1),
    shown as materialized (
      select id, value from good where id = any(${sql.param(modelIds)}::text[]) or id = (select id from best)),
    edges as materialized (select array_agg(distinct value order by value) as found from shown),
    counted as (
      select bucket, count(*) as n, count(*) filter (where value = found[bucket]) as equal
      from (select value, found, width_bucket(value, found) as bucket from good, edges) placed group by bucket),
    ranked as (
      select bucket, 1 + sum(n) over (order by bucket desc) - equal as rank, sum(n) over () as models from counted)
    select shown.id, ranked.rank::int, ranked.models::int, (select id from best) as best
    from shown, edges, ranked where ranked.bucket = width_bucket(shown.value, edges.found)`);
  return result.rows;
}

/** Those of the evaluations by which an ingredient is the best of the pool of some soup, the older of equals. One that is a pool by itself (its statistics estimated again, a soup of its snapshots) nobody chose. */
export async function bestOfPools(tx: Tx, labId: string, evaluationIds: readonly string[]): Promise<Set<string>> {
  if (evaluationIds.length === 0) return new Set();
  const result = await tx.execute<{ id: string }>(sql`
    select e.id from evaluations e
    where e.lab_id = ${labId} and e.id = any(${sql.param(evaluationIds)}::text[]) and exists (
      select 1 from model_parents mine join soups s on s.lab_id = e.lab_id and s.id = mine.child_id
      where mine.lab_id = e.lab_id and mine.parent_id = e.model_id and mine.parent_id is distinct from s.base_id and exists (
        select 1 from soup_coefficients other
        where other.lab_id = e.lab_id and other.soup_id = s.id and other.ingredient_id <> e.model_id) and not exists (
        select 1 from soup_coefficients other
        join evaluations o on o.lab_id = e.lab_id and o.model_id = other.ingredient_id and o.benchmark_id = e.benchmark_id
        where other.lab_id = e.lab_id and other.soup_id = s.id
          and (o.top1 > e.top1 or (o.top1 = e.top1 and o.model_id < e.model_id))))`);
  return new Set(result.rows.map(({ id }) => id));
}
