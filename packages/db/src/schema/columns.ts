import { type SQL, sql } from 'drizzle-orm';
import { check, type PgColumn, pgPolicy, text, timestamp } from 'drizzle-orm/pg-core';
import type { IdPrefix } from '../ids.js';

/**
 * Milliseconds, not Postgres' microseconds: a JavaScript Date then carries the stored value exactly, so a keyset cursor
 * built from it neither repeats nor skips a row.
 */
export const instant = () => timestamp({ precision: 3, withTimezone: true, mode: 'date' });

export const createdAt = () => instant().notNull().default(sql`clock_timestamp()`);

/** The tenant column. It is part of every primary and foreign key of tenant rows, so no row can point into another lab. */
export const labId = () => text().notNull();

/** `<prefix>_` and 26 characters of Crockford base 32. */
export function idCheck(name: string, column: PgColumn, prefixes: readonly IdPrefix[]) {
  return check(name, sql`${column} ~ ${sql.raw(`'^(${prefixes.join('|')})_[0-7][0-9a-hjkmnp-tv-z]{25}$'`)}`);
}

/** 64 lower-case hexadecimal digits. */
export function sha256Check(name: string, column: PgColumn) {
  return check(name, sql`${column} ~ '^[0-9a-f]{64}$'`);
}

/** Texts a person typed: not empty, not a novel. */
export function lengthCheck(name: string, column: PgColumn, max: number) {
  return check(name, sql`char_length(${column}) between 1 and ${sql.raw(String(max))}`);
}

/** A number, and none of NaN and the infinities, which a double can also be: NaN is above every number in Postgres. */
export function finiteCheck(name: string, column: PgColumn) {
  return check(name, sql`${column} > '-Infinity' and ${column} < 'Infinity'`);
}

/** Arrays read side by side are of one length, or all absent. */
export function sameLength(columns: readonly PgColumn[]): SQL {
  const [first, ...rest] = columns;
  if (first === undefined) throw new Error('sameLength needs at least one column');
  return sql.join(
    rest.map((column) => sql`cardinality(${first}) is not distinct from cardinality(${column})`),
    sql` and `,
  );
}

/**
 * The second lock. A transaction that acts for a lab sets `stockpot.lab_id` and becomes the role `stockpot_app`; from then
 * on rows of other labs do not exist, whatever the query forgets. `true` makes an unset variable NULL: nothing is visible.
 */
export function tenantPolicy(table: string, column: PgColumn) {
  const own = sql`${column} = current_setting('stockpot.lab_id', true)`;
  return pgPolicy(`${table}_own_lab`, { as: 'permissive', for: 'all', using: own, withCheck: own });
}
