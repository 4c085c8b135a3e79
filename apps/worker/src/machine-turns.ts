import type { Db } from '@stockpot/db';
import type { Logger } from './logger.js';
import { pause } from './retry.js';

/**
 * How long a step that takes times waits for the others to end, who go on beginning new ones meanwhile; and how long these wait for
 * it: longer than times take, but not for ever for one that hangs, or whose end Postgres has not noticed.
 */
const PATIENCE_MS = { alone: 2 * 60_000, shared: 10 * 60_000 } as const;
const LOOK_MS = 250;

const WITHOUT = {
  alone: 'the machine did not become quiet; times are taken all the same',
  shared: 'times are taken for too long; the step runs beside them',
} as const;

const LOCK = {
  shared: 'select pg_try_advisory_lock_shared(hashtextextended($1, 0)) as got',
  alone: 'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
} as const;

export interface MachineTurnsOptions {
  /** Connections of its own: one is held for each step that runs. */
  readonly db: Db;
  /** Workers of one name are on one machine. */
  readonly hostname: string;
  readonly logger: Logger;
  /** Of either kind. */
  readonly patienceMs?: number;
}

/**
 * Who may compute on this machine now, among the workers of one database: any number of steps together, or one that takes times alone.
 * The locks are Postgres's, held by a connection, so that a worker that dies gives its own back.
 *
 * It is a courtesy and no guard of correctness: a step that has waited long enough, or whose database is away, runs all the same, and
 * its times say that others computed meanwhile.
 */
export class MachineTurns {
  readonly #options: MachineTurnsOptions;

  constructor(options: MachineTurnsOptions) {
    this.#options = options;
  }

  /** Does the work when its turn has come; at once when `signal` has fired, for the work to say so itself. */
  async run<T>(how: keyof typeof LOCK, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const giveBack = await this.#take(how, signal);
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  async #take(how: keyof typeof LOCK, signal: AbortSignal): Promise<() => void> {
    const { db, hostname, logger, patienceMs = PATIENCE_MS[how] } = this.#options;
    const client = await db.pool.connect().catch((error: unknown) => {
      logger.warn({ err: error }, 'no turn could be asked for; the step runs without one');
      return null;
    });
    if (client === null) return () => undefined;
    // With the connection goes the lock.
    const giveBack = () => client.release(true);
    try {
      const deadline = performance.now() + patienceMs;
      for (;;) {
        const { rows } = await client.query<{ got: boolean }>(LOCK[how], [`stockpot machine ${hostname}`]);
        if (rows[0]?.got === true || signal.aborted) return giveBack;
        if (performance.now() > deadline) {
          logger.warn({ hostname }, WITHOUT[how]);
          return giveBack;
        }
        await pause(LOOK_MS, signal);
      }
    } catch (error) {
      logger.warn({ err: error }, 'a turn was lost; the step runs without one');
      return giveBack;
    }
  }
}
