import { sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';

export interface Chunk {
  readonly labId: string;
  readonly seriesId: string;
  readonly attempt: number;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/**
 * Stores a batch once. A batch of the same name (series, attempt, first step) that is longer replaces the shorter one: a
 * sender whose acknowledgement was lost may have gathered more points meanwhile. False when nothing was new.
 */
export async function appendChunk(tx: Tx, chunk: Chunk): Promise<boolean> {
  const result = await tx.execute(sql`
    insert into metric_chunks (lab_id, series_id, attempt, first_step, steps, "values")
    values (${chunk.labId}, ${chunk.seriesId}, ${chunk.attempt}, ${chunk.steps[0]},
            ${sql.param(chunk.steps)}::bigint[], ${sql.param(chunk.values.map(postgresFloat))}::float8[])
    on conflict (lab_id, series_id, attempt, first_step) do update
      set steps = excluded.steps, "values" = excluded."values"
      where cardinality(excluded.steps) > cardinality(metric_chunks.steps)
    returning 1`);
  return result.rows.length > 0;
}

/** JSON.stringify-like text of a float that Postgres reads back exactly, the non-finite ones included. */
function postgresFloat(value: number): string {
  return String(value);
}

export interface SeriesPoints {
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** Points stored, each step counted once. */
  readonly points: number;
}

interface PointsRow extends Record<string, unknown> {
  points: string;
  steps: number[] | null;
  values: number[] | null;
}

/**
 * A curve of at most `maxPoints` points. A longer one is cut into maxPoints / 2 buckets of equally many points, and each
 * gives its smallest and its largest value at their own steps: no spike is lost. NaN counts as larger than everything, so
 * it shows. Where attempts overlap, the later one's value stands.
 */
export async function readSeries(tx: Tx, labId: string, seriesId: string, maxPoints: number): Promise<SeriesPoints> {
  const buckets = Math.max(1, Math.floor(maxPoints / 2));
  const result = await tx.execute<PointsRow>(sql`
    with raw as materialized (
      select distinct on (p.step) p.step, p.value
      from metric_chunks c, unnest(c.steps, c."values") as p(step, value)
      where c.lab_id = ${labId} and c.series_id = ${seriesId}
      order by p.step, c.attempt desc
    ),
    total as (select count(*) as n from raw),
    -- [value, step] compares by value first, so one aggregate finds the extreme and where it is. float8 holds steps exactly
    -- up to 2^53, the largest a step may be.
    extremes as (
      select min(array[value, step]) as low, max(array[value, -step]) as high
      from (select value, step::float8 as step, (row_number() over (order by step) - 1) * ${buckets} / (select n from total) as bucket from raw) b
      where (select n from total) > ${maxPoints}
      group by bucket
    ),
    chosen as (
      select step::float8 as step, value from raw where (select n from total) <= ${maxPoints}
      union all select low[2], low[1] from extremes
      union all select -high[2], high[1] from extremes where -high[2] <> low[2]
    )
    select (select n from total) as points,
           array_agg(step order by step) as steps, array_agg(value order by step) as values
    from chosen`);
  const row = result.rows[0];
  return { steps: row?.steps ?? [], values: row?.values ?? [], points: Number(row?.points ?? 0) };
}
