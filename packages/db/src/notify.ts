import { sql } from 'drizzle-orm';
import pg from 'pg';
import type { Db, Tx } from './connect.js';

/** The channels of NOTIFY. Payloads are small JSON: they say what to look at again, they are not the news itself. */
export interface ChannelPayloads {
  /** A run was queued, changed state, or one of its steps did. */
  stockpot_runs: { labId: string; runId: string; event: 'queued' | 'changed' | 'cancel'; step?: string };
  /** Points were appended to a series: `step` is the step's row id. */
  stockpot_metrics: { labId: string; runId: string; step: string; series: string; attempt: number; firstStep: number };
  /** An evaluation or a model appeared. */
  stockpot_leaderboard: { labId: string; modelId: string | null };
}
export type Channel = keyof ChannelPayloads;

/** Sends with the transaction: listeners hear it after the commit, and not at all after a rollback. */
export async function notify<C extends Channel>(tx: Tx, channel: C, payload: ChannelPayloads[C]): Promise<void> {
  await tx.execute(sql`select pg_notify(${channel}, ${JSON.stringify(payload)})`);
}

export interface Listener {
  /** Stops listening and closes the connection. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /**
   * Called each time listening begins: at first, and after every broken connection. Notifications sent in between are lost
   * for good, so a listener that must not miss anything looks at the tables here.
   */
  readonly onConnect?: () => void;
  /** Told of broken connections; listening goes on by itself. */
  readonly onError?: (error: Error) => void;
}

const RETRY_MILLISECONDS = [100, 250, 500, 1000, 2000] as const;

/**
 * Listens on one channel over a connection of its own, reconnecting for ever. Resolves when listening has begun. The
 * callback gets notifications of this and all other processes, this one's own included.
 */
export async function listen<C extends Channel>(
  db: Db,
  channel: C,
  callback: (payload: ChannelPayloads[C]) => void,
  options: ListenOptions = {},
): Promise<Listener> {
  let closed = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function open(): Promise<void> {
    const next = new pg.Client({
      connectionString: db.url,
      application_name: `stockpot listen ${channel}`,
      keepAlive: true,
    });
    let gone = false;
    const lost = (error: Error) => {
      if (gone) return;
      gone = true;
      if (closed) return;
      options.onError?.(error);
      reconnect(0);
    };
    next.on('notification', (message) => {
      if (message.channel === channel && message.payload !== undefined) callback(JSON.parse(message.payload));
    });
    next.on('error', lost);
    next.on('end', () => lost(new Error(`The connection that listens on ${channel} ended.`)));
    try {
      await next.connect();
      // The channel is one of three constants of ours, never text from outside.
      await next.query(`listen ${channel}`);
    } catch (error) {
      gone = true;
      await next.end().catch(() => undefined);
      throw error;
    }
    client = next;
    if (closed) await next.end();
    else options.onConnect?.();
  }

  function reconnect(attempt: number): void {
    const delay = RETRY_MILLISECONDS[Math.min(attempt, RETRY_MILLISECONDS.length - 1)];
    timer = setTimeout(() => {
      if (closed) return;
      open().catch((error: Error) => {
        options.onError?.(error);
        reconnect(attempt + 1);
      });
    }, delay);
  }

  await open();
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
