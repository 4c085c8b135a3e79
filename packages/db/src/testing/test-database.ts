import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { connect, type Db } from '../connect.js';
import { MIGRATIONS_FOLDER, migrate } from '../migrate.js';
import { isSignedIn, sharedServer } from './server.js';

export interface TestDatabase {
  readonly url: string;
  readonly db: Db;
  /** Closes the pool and removes the database. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** `empty`: a database without our tables, for tests of migrations. Default: fully migrated. */
  readonly from?: 'migrated' | 'empty';
  readonly max?: number;
}

/** Spells "test": serialises the making of the template on one server. */
const TEMPLATE_LOCK = 0x74657374;

/**
 * A fresh database of its own: cloned from a migrated template (tens of milliseconds), on `DATABASE_URL`'s server when that
 * is set (the role must be allowed to make databases), else on the shared embedded one.
 */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = process.env.DATABASE_URL ?? (await sharedServer()).url;
  const name = `stockpot_test_${process.pid}_${randomBytes(6).toString('hex')}`;
  await withAdmin(serverUrl, async (admin) => {
    if (process.env.DATABASE_URL === undefined) await sweep(admin);
    if (options.from === 'empty') {
      await admin.query(`create database ${name}`);
      return;
    }
    const template = `stockpot_template_${migrationsHash()}`;
    await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    try {
      await ensureTemplate(admin, serverUrl, template);
      await admin.query(`create database ${name} template ${template}`);
    } finally {
      await admin.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
    }
  });
  const url = withDatabase(serverUrl, name);
  const db = connect({ url, max: options.max ?? 8, applicationName: 'stockpot test' });
  return {
    url,
    db,
    drop: async () => {
      await db.close();
      await withAdmin(serverUrl, (admin) => admin.query(`drop database if exists ${name} with (force)`));
    },
  };
}

let swept = false;

/** Removes, once a process, what tests that were killed left on this machine's server: the name says whose it was. */
async function sweep(admin: pg.Client): Promise<void> {
  if (swept) return;
  swept = true;
  const found = await admin.query<{ datname: string }>(
    `select datname from pg_database where datname ~ '^stockpot_test_[0-9]+_'`,
  );
  for (const { datname } of found.rows) {
    const owner = Number(datname.split('_')[2]);
    // Gone, or the number of a process that is no Node of ours: then its file among the signed-in ones is missing.
    if (!isSignedIn(owner)) await admin.query(`drop database if exists ${datname} with (force)`).catch(() => undefined);
  }
}

async function ensureTemplate(admin: pg.Client, serverUrl: string, template: string): Promise<void> {
  const found = await admin.query('select 1 from pg_database where datname = $1', [template]);
  if (found.rowCount !== 0) return;
  // Made under another name and renamed: a template is complete or absent, also after a kill in the middle.
  const draft = `${template}_draft`;
  await admin.query(`drop database if exists ${draft} with (force)`);
  await admin.query(`create database ${draft}`);
  const db = connect({ url: withDatabase(serverUrl, draft), max: 2 });
  try {
    await migrate(db);
  } finally {
    await db.close();
  }
  await admin.query(`alter database ${draft} rename to ${template}`);
  await dropOldTemplates(admin, template);
}

async function dropOldTemplates(admin: pg.Client, keep: string): Promise<void> {
  const old = await admin.query<{ datname: string }>(
    `select datname from pg_database where datname ~ '^stockpot_template_[0-9a-f]{12}$' and datname <> $1`,
    [keep],
  );
  // Checkouts with other migrations may be testing on this server now: theirs are used at this moment or made again.
  for (const { datname } of old.rows.slice(4))
    await admin.query(`drop database if exists ${datname}`).catch(() => undefined);
}

async function withAdmin<T>(serverUrl: string, body: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: withDatabase(serverUrl, 'postgres') });
  await admin.connect();
  try {
    return await body(admin);
  } finally {
    await admin.end();
  }
}

export function withDatabase(url: string, database: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.href;
}

function migrationsHash(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(MIGRATIONS_FOLDER)
    .filter((entry) => entry.endsWith('.sql'))
    .sort()) {
    hash.update(file).update(readFileSync(join(MIGRATIONS_FOLDER, file)));
  }
  return hash.digest('hex').slice(0, 12);
}
