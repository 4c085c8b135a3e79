import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';
import type { ModelKind } from '../schema/models/models.js';
import { type MetricOrder, metricValue } from './metric-value.js';

/**
 * @file The leaderboard's statements. Each page is a handful of index ranges, whatever its depth: the index
 * `evaluations_leaderboard` holds (lab, benchmark, top1 desc, model), and a second one the same for each kind, of which we
 * read the next `limit` entries after the cursor and merge the (at most four) short lists. A condition `top1 < x or (top1 = x and id > y)` would
 * be one filter over everything before the page; written as two ranges it is two index seeks.
 */

/** Where a page begins: after this row. `value` null: among the models without a score, which come last. */
export interface LeaderboardPosition {
  readonly value: number | string | null;
  readonly id: string;
}

export interface LeaderboardFilter {
  readonly labId: string;
  /** Null: all. */
  readonly kinds: readonly ModelKind[] | null;
  /** Only these models, when the filter has been resolved to a short list. */
  readonly ids: readonly string[] | null;
  /** Part of a name, when it matches too many models to list them. */
  readonly search: string | null;
}

export interface RankedModel extends Record<string, unknown> {
  readonly id: string;
  /** What it is ordered by; null for a model without a score. */
  readonly value: number | string | null;
}

/** A number on a benchmark. */
export interface BenchmarkMetric extends Pick<MetricOrder, 'name'> {
  readonly benchmarkId: string;
}

/**
 * The next `limit` models by a number on a benchmark; those without it come last, in both directions. By top-1 a page is a few
 * index ranges, by any other number all evaluations of the benchmark are looked through.
 */
export async function pageByBenchmark(
  tx: Tx,
  filter: LeaderboardFilter,
  metric: BenchmarkMetric,
  descending: boolean,
  after: LeaderboardPosition | null,
  limit: number,
): Promise<RankedModel[]> {
  const scored =
    after !== null && after.value === null ? [] : await scoredPage(tx, filter, metric, descending, after, limit);
  if (scored.length === limit) return scored;
  const from = after !== null && after.value === null ? after.id : null;
  return [...scored, ...(await unscoredPage(tx, filter, metric, from, limit - scored.length))];
}

async function scoredPage(
  tx: Tx,
  filter: LeaderboardFilter,
  { benchmarkId, name }: BenchmarkMetric,
  descending: boolean,
  after: LeaderboardPosition | null,
  limit: number,
): Promise<RankedModel[]> {
  const value = metricValue({ name });
  const order = descending ? sql`${value} desc, e.model_id` : sql`${value}, e.model_id desc`;
  const ranges: SQL[] =
    after === null
      ? [sql`true`]
      : descending
        ? [sql`${value} = ${after.value} and e.model_id > ${after.id}`, sql`${value} < ${after.value}`]
        : [sql`${value} = ${after.value} and e.model_id < ${after.id}`, sql`${value} > ${after.value}`];
  const branches = kindConditions(filter, sql`e.model_kind`).flatMap((kind) =>
    ranges.map(
      (range) => sql`(
        select e.model_id as id, ${value} as value from evaluations e
        where e.lab_id = ${filter.labId} and e.benchmark_id = ${benchmarkId} and ${value} is not null ${kind} and ${range}
          ${restriction(filter, sql`e.model_id`)}
        order by ${order} limit ${limit})`,
    ),
  );
  const outer = descending ? sql`value desc, id` : sql`value, id desc`;
  const result = await tx.execute<RankedModel>(
    sql`select * from (${sql.join(branches, sql` union all `)}) merged order by ${outer} limit ${limit}`,
  );
  return result.rows;
}

async function unscoredPage(
  tx: Tx,
  filter: LeaderboardFilter,
  { benchmarkId, name }: BenchmarkMetric,
  after: string | null,
  limit: number,
): Promise<RankedModel[]> {
  const result = await tx.execute<RankedModel>(sql`
    select m.id, null as value from models m
    where m.lab_id = ${filter.labId} ${anyKind(filter)}
      ${after === null ? sql`` : sql`and m.id > ${after}`}
      ${restriction(filter, sql`m.id`)}
      and not exists (
        select 1 from evaluations e
        where e.lab_id = m.lab_id and e.model_id = m.id and e.benchmark_id = ${benchmarkId}
          and ${metricValue({ name })} is not null)
    order by m.id limit ${limit}`);
  return result.rows;
}

/** The next `limit` models by name or by time of making. */
export async function pageByColumn(
  tx: Tx,
  filter: LeaderboardFilter,
  column: 'name' | 'createdAt',
  descending: boolean,
  after: LeaderboardPosition | null,
  limit: number,
): Promise<RankedModel[]> {
  const key = column === 'name' ? sql`m.name` : sql`m.created_at`;
  // A timestamp leaves as text, in UTC and to the millisecond it is stored with, and comes back in the cursor unchanged.
  const shown =
    column === 'name' ? sql`m.name` : sql`to_char(m.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const type = column === 'name' ? sql`text` : sql`timestamptz`;
  const way = descending ? sql`desc` : sql`asc`;
  const compare = descending ? sql`<` : sql`>`;
  const branches = kindConditions(filter, sql`m.kind`).map(
    (kind) => sql`(
      select m.id, ${shown} as value, ${key} as key from models m
      where m.lab_id = ${filter.labId} ${kind}
        ${after === null ? sql`` : sql`and (${key}, m.id) ${compare} (${after.value}::${type}, ${after.id})`}
        ${restriction(filter, sql`m.id`)}
      order by ${key} ${way}, m.id ${way} limit ${limit})`,
  );
  const result = await tx.execute<RankedModel>(
    sql`select id, value from (${sql.join(branches, sql` union all `)}) merged order by key ${way}, id ${way} limit ${limit}`,
  );
  return result.rows;
}

/** One condition a branch: an index range serves one kind, or all of them. */
function kindConditions(filter: LeaderboardFilter, column: SQL): SQL[] {
  return filter.kinds === null ? [sql``] : filter.kinds.map((kind) => sql`and ${column} = ${kind}`);
}

function anyKind(filter: LeaderboardFilter): SQL {
  return filter.kinds === null ? sql`` : sql`and m.kind = any(${sql.param(filter.kinds)}::text[])`;
}

function restriction(filter: LeaderboardFilter, id: SQL): SQL {
  const parts: SQL[] = [];
  if (filter.ids !== null) parts.push(sql`and ${id} = any(${sql.param(filter.ids)}::text[])`);
  if (filter.search !== null) {
    // A scalar sub-query and no join: it is asked row by row in the order of the index, until the page is full.
    parts.push(
      sql`and (select s.name ilike ${likePattern(filter.search)} from models s where s.lab_id = ${filter.labId} and s.id = ${id})`,
    );
  }
  return sql.join(parts, sql` `);
}

/** The text anywhere in a name; `%`, `_` and `\` in it mean themselves. */
function likePattern(search: string): string {
  return `%${search.replace(/[\\%_]/g, (special) => `\\${special}`)}%`;
}

/** Ids of the models of the entered lab (`enterLab`) a name search matches, or null when they are more than `limit`: then search while paging. */
export async function searchModels(tx: Tx, search: string, limit: number): Promise<string[] | null> {
  const result = await tx.execute<{ id: string }>(
    sql`select id from stockpot_search_models(${likePattern(search)}, ${limit + 1}) as found(id)`,
  );
  return result.rows.length > limit ? null : result.rows.map((row) => row.id);
}

export async function countModels(tx: Tx, filter: LeaderboardFilter): Promise<number> {
  // Here every name is read in any case, so it is read where it stands.
  const search = filter.search === null ? sql`` : sql`and m.name ilike ${likePattern(filter.search)}`;
  const result = await tx.execute<{ n: string }>(
    sql`select count(*) as n from models m
        where m.lab_id = ${filter.labId} ${anyKind(filter)} ${restriction({ ...filter, search: null }, sql`m.id`)} ${search}`,
  );
  return Number(result.rows[0]?.n ?? 0);
}

/** The ingredients that score best on a benchmark, the older on a tie: of each of the pools, or of the whole lab. */
export async function bestIngredientsOn(
  tx: Tx,
  labId: string,
  benchmarkId: string,
  pools: readonly (readonly string[])[] | null,
): Promise<string[]> {
  const scored = sql`e.lab_id = ${labId} and e.benchmark_id = ${benchmarkId} and e.model_kind = 'ingredient' and e.top1 is not null`;
  const members = pools?.flatMap((ids, pool) => ids.map((id) => ({ pool, id })));
  const result = await tx.execute<{ id: string }>(
    members === undefined
      ? sql`select e.model_id as id from evaluations e where ${scored} order by e.top1 desc, e.model_id limit 1`
      : sql`select distinct on (member.pool) e.model_id as id
            from unnest(${sql.param(members.map(({ pool }) => pool))}::int[], ${sql.param(members.map(({ id }) => id))}::text[])
              as member(pool, id)
            join evaluations e on e.model_id = member.id and ${scored}
            order by member.pool, e.top1 desc, e.model_id`,
  );
  return result.rows.map(({ id }) => id);
}

/** The models that a run made or reused. */
export async function modelsOfRun(tx: Tx, labId: string, runId: string): Promise<string[]> {
  const result = await tx.execute<{ id: string }>(
    sql`select distinct model_id as id from steps where lab_id = ${labId} and run_id = ${runId} and model_id is not null`,
  );
  return result.rows.map((row) => row.id);
}

/** The numbers of one evaluation. */
export interface EvaluationNumbers extends Record<string, unknown> {
  readonly n: number;
  readonly top1: number | null;
  readonly nll: number | null;
  readonly ece: number | null;
  readonly brier: number | null;
  readonly meanCorruptionError: number | null;
  readonly further: Readonly<Record<string, number>>;
}

/** The numbers of one evaluation on each of the benchmarks that has any: of the model with the best top-1, so an index finds it. */
export async function numbersOnBenchmarks(
  tx: Tx,
  labId: string,
  benchmarkIds: readonly string[],
): Promise<Map<string, EvaluationNumbers>> {
  const result = await tx.execute<EvaluationNumbers & { benchmarkId: string }>(sql`
    select b.id as "benchmarkId", one.* from unnest(${sql.param(benchmarkIds)}::text[]) as b(id)
    cross join lateral (
      select e.n, e.top1, e.nll, e.ece, e.brier, e.mean_corruption_error as "meanCorruptionError", e.further
      from evaluations e where e.lab_id = ${labId} and e.benchmark_id = b.id
      order by e.top1 desc, e.model_id limit 1) one`);
  return new Map(result.rows.map(({ benchmarkId, ...numbers }) => [benchmarkId, numbers]));
}
