import { connect, type Db, migrate } from '@stockpot/db';
import { type EmbeddedPostgres, startPostgres } from '@stockpot/db/embedded';
import type { Home } from './home.js';
import { errorCode, Refusal } from './refusal.js';

/** The database of this installation: ours, or the one that DATABASE_URL names. */
export interface Database {
  readonly url: string;
  /** For people: where it is, never with its password. */
  readonly where: string;
  /** 'started', 'adopted' (an earlier start left it running) or 'external' (DATABASE_URL). */
  readonly origin: 'started' | 'adopted' | 'external';
  /** Starts ours again when it has died. Resolves to true when it had. */
  revive(): Promise<boolean>;
  /** Stops ours; leaves one that is not ours alone. */
  stop(): Promise<void>;
}

export async function openDatabase(home: Home, environment: NodeJS.ProcessEnv): Promise<Database> {
  const url = environment.DATABASE_URL;
  return url ? external(url) : embedded(home);
}

async function external(url: string): Promise<Database> {
  const db = connect({ url, max: 1 });
  try {
    await db.pool.query('select 1');
  } catch (error) {
    const cause = error instanceof Error ? error.message || errorCode(error) : String(error);
    throw new Refusal(
      `The database that DATABASE_URL names (${whereIs(url)}) does not answer: ${cause}.`,
      'Start it or correct DATABASE_URL; or unset DATABASE_URL to use the embedded Postgres.',
    );
  } finally {
    await db.close();
  }
  return { url, where: whereIs(url), origin: 'external', revive: async () => false, stop: async () => {} };
}

async function embedded(home: Home): Promise<Database> {
  const start = () => startPostgres({ dataDir: home.postgres });
  let server: EmbeddedPostgres = await start();
  const { url } = server;
  let stopped = false;
  return {
    url,
    where: whereIs(url),
    origin: server.adopted ? 'adopted' : 'started',
    revive: async () => {
      if (stopped || exists(server.pid)) return false;
      server = await start();
      if (server.url === url) return true;
      throw new Refusal(
        `Postgres died, and when it was started again its port ${new URL(url).port} was taken by another program.`,
        'Run `npm start` again: it tells every process the new port.',
      );
    },
    stop: async () => {
      stopped = true;
      await server.stop();
    },
  };
}

/** Brings the schema up to date. Returns the versions it came from and went to. */
export async function migrateDatabase(db: Db): Promise<{ from: number; to: number }> {
  return migrate(db);
}

function whereIs(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || '5432'}${pathname}`;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
