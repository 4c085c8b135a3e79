import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import type pg from 'pg';
import type { Db } from './connect.js';
import { DatabaseError } from './errors.js';

/** Where drizzle-kit writes migrations: beside `src` and `dist` alike. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url));

/** Any constant serves; this one spells "soup". Advisory locks are per database. */
const MIGRATION_LOCK = 0x736f7570;

const journal = JSON.parse(readFileSync(`${MIGRATIONS_FOLDER}/meta/_journal.json`, 'utf8')) as {
  entries: { tag: string }[];
};

const { version: codeVersion } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8'),
) as { version: string };

/** The number of migrations this code knows. A database that has seen more belongs to newer code. */
export const SCHEMA_VERSION = journal.entries.length;

/** The schema version of a database: 0 when it holds nothing of ours. */
export async function schemaVersion(client: Pick<pg.Client, 'query'> | pg.Pool): Promise<number> {
  const table = await client.query<{ there: boolean }>(
    `select to_regclass('public.stockpot_meta') is not null as there`,
  );
  if (table.rows[0]?.there !== true) return 0;
  const row = await client.query<{ schema_version: number }>('select schema_version from public.stockpot_meta');
  return row.rows[0]?.schema_version ?? 0;
}

export interface Migrated {
  readonly from: number;
  readonly to: number;
}

/**
 * Brings the database to this code's schema. Every process calls it at start: an advisory lock lets one work while the
 * others wait and then find nothing to do. All missing migrations are one transaction: after a crash the database is as
 * before. Throws `DatabaseError` NEWER_DATABASE, having written nothing, when newer code was here.
 */
export async function migrate(db: Db, options: { folder?: string; version?: number } = {}): Promise<Migrated> {
  const target = options.version ?? SCHEMA_VERSION;
  const client = await db.pool.connect();
  try {
    // A pool client has a statement timeout; waiting for another migrator, or a long migration, must not hit it.
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      const from = await schemaVersion(client);
      if (from > target) {
        throw new DatabaseError(
          'NEWER_DATABASE',
          `The database has schema version ${from}, and this Stockpot knows only versions up to ${target}: a newer Stockpot has used it.`,
          'Start the newer Stockpot again, or point DATABASE_URL at another database. Nothing was changed.',
        );
      }
      if (from < target) {
        await applyMigrations(drizzle(client), { migrationsFolder: options.folder ?? MIGRATIONS_FOLDER });
        await client.query(
          `insert into public.stockpot_meta (id, schema_version, code_version) values (1, $1, $2)
           on conflict (id) do update set schema_version = excluded.schema_version, code_version = excluded.code_version, updated_at = now()`,
          [target, codeVersion],
        );
      }
      return { from, to: target };
    } finally {
      await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    }
  } finally {
    // Destroyed, not returned: its settings were changed.
    client.release(true);
  }
}
