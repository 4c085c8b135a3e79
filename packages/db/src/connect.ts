import type { ExtractTablesWithRelations } from 'drizzle-orm';
import { drizzle, type NodePgDatabase, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgTransaction } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { DatabaseError } from './errors.js';
import * as schema from './schema/index.js';

export type Schema = typeof schema;
export type Drizzle = NodePgDatabase<Schema>;
/** One transaction: queries on it see its own writes and end with it. */
export type Tx = PgTransaction<NodePgQueryResultHKT, Schema, ExtractTablesWithRelations<Schema>>;

export interface Db {
  readonly drizzle: Drizzle;
  readonly pool: pg.Pool;
  /** The URL it was opened with: holds a password, never to be logged. */
  readonly url: string;
  /** Waits for running queries and closes every connection; later calls do nothing. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly url: string;
  /** Connections at most; default 10. */
  readonly max?: number;
  /** Shown by `pg_stat_activity`, so that an operator knows whose connection it is. */
  readonly applicationName?: string;
  /** A statement that runs longer (milliseconds) is cancelled; default 30 s. */
  readonly statementTimeout?: number;
}

/** A pool on a Postgres database. Opens no connection yet: an unreachable server shows at the first query. */
export function connect(options: ConnectOptions): Db {
  if (!/^postgres(ql)?:\/\//.test(options.url)) {
    throw new DatabaseError(
      'BAD_URL',
      'The database address does not begin with postgres:// or postgresql://.',
      'Set DATABASE_URL to an address such as postgres://user:password@127.0.0.1:5432/stockpot, or leave it unset to use the embedded Postgres.',
    );
  }
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'stockpot',
    statement_timeout: options.statementTimeout ?? 30_000,
    // Verbs never wait for anything but the database inside a transaction. A process that is paused in one (SIGSTOP, a
    // laptop's lid) must not hold its row locks longer than its lease.
    idle_in_transaction_session_timeout: 10_000,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // An idle connection that breaks (a restart of Postgres) is dropped by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same for one that is in use: its next query rejects, which whoever uses it can handle.
  pool.on('connect', (client) => client.on('error', () => undefined));
  let closing: Promise<void> | undefined;
  return {
    drizzle: drizzle(pool, { schema, casing: 'snake_case' }),
    pool,
    url: options.url,
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  };
}
