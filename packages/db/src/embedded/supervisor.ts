import { realpathSync } from 'node:fs';
import pg from 'pg';
import { DatabaseError } from '../errors.js';
import { type Account, postgresAccount } from './account.js';
import { type Binaries, postgresBinaries } from './binaries.js';
import { ensureCluster, SUPERUSER } from './cluster.js';
import { withFileLock } from './file-lock.js';
import { type Home, openHome, password, savedPort, savePort } from './home.js';
import { freePort, isFree } from './ports.js';
import { failedForGood, logSize, logTail, runningPostmaster, spawnPostmaster, trimLog } from './postmaster.js';
import { isPostgres, signal, sleep } from './processes.js';

export interface StartOptions {
  /** A folder of its own for the server: data, log, port and password; made when missing. */
  readonly dataDir: string;
  /** The database that `url` names, made when missing; default `stockpot`. */
  readonly database?: string;
  /** Server settings beyond ours, used when this call starts the server (an adopted one keeps its own). */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told what happens, a line at a time. */
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** Holds the password: not for logs. */
  readonly url: string;
  readonly port: number;
  /** The server process. */
  readonly pid: number;
  /** True when a server was running on this folder already, left by a process that was killed, or started by a neighbour. */
  readonly adopted: boolean;
  /** Stops the server, whoever started it: sessions are ended, everything committed is kept. */
  stop(): Promise<void>;
}

/** How long we keep trying when the server will not start: a killed predecessor's processes need a moment to go. */
const START_MILLISECONDS = 12_000;
/** Recovery after a crash may take long; as long as the server lives and says it is recovering, we wait. */
const RECOVERY_MILLISECONDS = 10 * 60_000;

/**
 * Makes sure that a Postgres server runs on `dataDir`: adopts the one that does, else starts one. It outlives this process
 * on purpose (a `kill -9` of ours must not tear the database down) until `stop`. Safe from several processes at once.
 * Throws `DatabaseError` with the end of the server's log.
 */
export async function startPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new DatabaseError(
      'CANNOT_START',
      'The embedded Postgres is not supported on Windows.',
      'Use WSL, or set DATABASE_URL to a Postgres of yours (version 15 or newer).',
    );
  }
  const account = postgresAccount();
  const home = openHome(options.dataDir, account);
  return withFileLock(home.lock, async () => {
    const server = new Server(home, account, await postgresBinaries(account), password(home), options);
    return server.ensure();
  });
}

class Server {
  private readonly deadline = Date.now() + START_MILLISECONDS;

  constructor(
    private readonly home: Home,
    private readonly account: Account,
    private readonly binaries: Binaries,
    private readonly secret: string,
    private readonly options: StartOptions,
  ) {}

  async ensure(): Promise<EmbeddedPostgres> {
    await ensureCluster(this.home, this.binaries, this.account, this.secret);
    const adopted = await this.adopt();
    if (adopted !== null) return this.ready(adopted.pid, adopted.port, true);
    trimLog(this.home);
    for (let attempt = 1; ; attempt++) {
      const since = logSize(this.home);
      const started = await this.start();
      if (started !== null) return this.ready(started.pid, started.port, false);
      if (Date.now() > this.deadline || failedForGood(this.home, since))
        throw this.failure('The embedded Postgres did not start.');
      this.say(`Postgres stopped while starting; trying again (${attempt})`);
      await sleep(Math.min(200 * attempt, 1500));
    }
  }

  /** The server that runs on our data already, once it answers; null when there is none. */
  private async adopt(): Promise<{ pid: number; port: number } | null> {
    for (;;) {
      const running = runningPostmaster(this.home);
      if (running === null) return null;
      if (running.port !== null) {
        const answer = await this.ask(running.port);
        if (answer === 'ours') return { pid: running.pid, port: running.port };
        if (answer === 'refused') {
          throw this.failure(
            `A Postgres (pid ${running.pid}) runs on ${this.home.data} but does not take our password.`,
            'Stop it, and restore the file password beside the data folder if it was changed.',
          );
        }
      }
      if (Date.now() > this.deadline && !this.recovering()) {
        throw this.failure(`A Postgres (pid ${running.pid}) runs on ${this.home.data} but does not answer.`);
      }
      await sleep(100);
    }
  }

  /** One attempt: null when the server went away again. */
  private async start(): Promise<{ pid: number; port: number } | null> {
    const saved = savedPort(this.home);
    const port = saved !== null && (await isFree(saved)) ? saved : await freePort();
    if (saved !== null && port !== saved) this.say(`port ${saved} is taken; Postgres uses ${port}`);
    const child = spawnPostmaster(this.home, this.binaries, this.account, port, this.options.settings ?? {});
    let gone = false;
    child.once('exit', () => {
      gone = true;
    });
    child.once('error', (error) => {
      gone = true;
      this.say(`Postgres could not be executed: ${error.message}`);
    });
    const giveUp = Date.now() + RECOVERY_MILLISECONDS;
    while (!gone && child.pid !== undefined) {
      const answer = await this.ask(port);
      if (answer === 'ours') {
        savePort(this.home, port);
        return { pid: child.pid, port };
      }
      if (Date.now() > (this.recovering() ? giveUp : this.deadline)) {
        signal(child.pid, 'SIGINT');
        throw this.failure('The embedded Postgres started but does not answer.');
      }
      await sleep(25);
    }
    return null;
  }

  /** Who answers on a port: our server, one that refuses our password, or nobody (yet). */
  private async ask(port: number): Promise<'ours' | 'refused' | 'nobody'> {
    const client = new pg.Client({ ...this.address(port), database: 'postgres', connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const result = await client.query<{ data_directory: string }>('show data_directory');
      return result.rows[0]?.data_directory === realpathSync(this.home.data) ? 'ours' : 'refused';
    } catch (error) {
      // invalid_password: somebody else's server, or our data with another password.
      return error instanceof Error && 'code' in error && error.code === '28P01' ? 'refused' : 'nobody';
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async ready(pid: number, port: number, adopted: boolean): Promise<EmbeddedPostgres> {
    const database = this.options.database ?? 'stockpot';
    const client = new pg.Client({ ...this.address(port), database: 'postgres' });
    await client.connect();
    try {
      const found = await client.query('select 1 from pg_database where datname = $1', [database]);
      if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
    } finally {
      await client.end();
    }
    this.say(`Postgres ${adopted ? 'was running' : 'started'} on 127.0.0.1:${port} (pid ${pid})`);
    const url = `postgres://${SUPERUSER}:${this.secret}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
    return { url, port, pid, adopted, stop: () => stopPostmaster(this.home) };
  }

  private address(port: number) {
    return { host: '127.0.0.1', port, user: SUPERUSER, password: this.secret };
  }

  private recovering(): boolean {
    return /redo|recovery|not properly shut down/.test(logTail(this.home, 4));
  }

  private say(line: string): void {
    this.options.log?.(line);
  }

  private failure(
    message: string,
    advice = 'Read the lines above; look for a full disk or wrong permissions. Or set DATABASE_URL to a Postgres of yours.',
  ): DatabaseError {
    return new DatabaseError(
      'CANNOT_START',
      `${message} The end of its log (${this.home.log}):\n${logTail(this.home)}`,
      advice,
    );
  }
}

/** Fast shutdown, then immediate: after either, the next start finds everything that was committed. */
async function stopPostmaster(home: Home): Promise<void> {
  await withFileLock(home.lock, async () => {
    const running = runningPostmaster(home);
    if (running === null) return;
    for (const [name, patience] of [
      ['SIGINT', 8000],
      ['SIGQUIT', 3000],
      ['SIGKILL', 2000],
    ] as const) {
      signal(running.pid, name);
      const until = Date.now() + patience;
      while (Date.now() < until) {
        if (!isPostgres(running.pid)) return;
        await sleep(20);
      }
    }
    throw new DatabaseError(
      'CANNOT_START',
      `Postgres (pid ${running.pid}) does not stop.`,
      `End it by hand (kill -9 ${running.pid}); committed data is safe.`,
    );
  });
}

/** Stops the server on `dataDir` if one runs; for whoever has no handle, such as `npm run reset`. */
export async function stopPostgres(dataDir: string): Promise<void> {
  await stopPostmaster(openHome(dataDir, postgresAccount()));
}
