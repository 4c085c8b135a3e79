import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** The database's clock: the one clock all times in it are of, whatever the clocks of the machines around it say. */
export function now(): SQL {
  return sql`clock_timestamp()`;
}

/** What the column holds already, else now: for times that are set once. */
export function onceNow(column: PgColumn): SQL {
  return sql`coalesce(${column}, clock_timestamp())`;
}

/** The column's value and one. */
export function plusOne(column: PgColumn): SQL {
  return sql`${column} + 1`;
}

/** Whether the column's time lies more than so many seconds back. */
export function longerAgoThan(column: PgColumn, seconds: number): SQL {
  return sql`${column} < clock_timestamp() - make_interval(secs => ${seconds})`;
}

/** Another column of the same row. */
export function sameAs(column: PgColumn): SQL {
  return sql`${column}`;
}
