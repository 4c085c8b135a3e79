import { connect, type Db } from '@stockpot/db';
import type { Context } from '@stockpot/domain';
import { type Database, migrateDatabase, openDatabase } from './database.js';
import type { Home } from './home.js';
import { Lock } from './lock.js';
import { describeExit } from './managed-process.js';
import { choosePorts } from './ports.js';
import { ProcessRecords } from './process-records.js';
import { Refusal } from './refusal.js';
import { ensureSecret } from './secrets.js';
import { Service, type ServiceEvents, type ServiceSpec } from './service.js';
import { apiService, apiUrl, type ServiceSettings, webService, webUrl, workerService } from './services.js';
import type { Terminal } from './terminal.js';
import { workerName } from './worker-name.js';

export interface SupervisorOptions {
  /** The checkout. */
  readonly root: string;
  readonly home: Home;
  readonly environment: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  /** Something cannot be kept running: the command should stop and end with this error. */
  readonly onFailure: (error: unknown) => void;
}

/** An orderly stop, all told, takes less than ten seconds: these leave Postgres two of them. */
const WEB_GRACE_MS = 1_000;
const API_GRACE_MS = 5_000;
const WORKER_GRACE_MS = 6_500;
const ORPHAN_GRACE_MS = 5_000;
const DATABASE_CHECK_MS = 2_000;

/** Everything that `npm start` keeps running, and the order in which it comes and goes. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #records: ProcessRecords;
  #lock: Lock | undefined;
  #database: Database | undefined;
  #db: Db | undefined;
  #services: { readonly web: Service; readonly api: Service; readonly worker: Service } | undefined;
  #settings: ServiceSettings | undefined;
  #databaseCheck: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#records = new ProcessRecords(options.home.run);
  }

  /** Takes the data root, ends what an earlier start left behind, and opens the database at this code's schema. */
  async openData(): Promise<Context> {
    const { home, terminal, environment } = this.#options;
    this.#takeLock();
    const orphans = await this.#records.reap(ORPHAN_GRACE_MS);
    if (orphans.length > 0) {
      const roles = orphans.map((orphan) => orphan.role).join(', ');
      terminal.line(`  ${terminal.yellow('!')} Ended what an earlier start left running: ${roles}`);
    }
    const opening = terminal.begin('Starting Postgres');
    try {
      this.#database = await openDatabase(home, environment);
    } catch (error) {
      opening.failed();
      throw error;
    }
    const said = { started: 'Postgres started', adopted: 'Postgres was running', external: 'Postgres answers' };
    opening.done(said[this.#database.origin], this.#database.where);
    this.#watchDatabase(this.#database);
    this.#db = connect({ url: this.#database.url, max: 4, applicationName: 'stockpot supervisor' });
    const migrating = terminal.begin('Bringing the database up to date');
    try {
      const { from, to } = await migrateDatabase(this.#db);
      migrating.done('Database up to date', from === to ? `schema ${to}` : `schema ${from} → ${to}`);
    } catch (error) {
      migrating.failed();
      throw error;
    }
    return { db: this.#db, actor: { type: 'system', name: 'npm start' } };
  }

  /** Starts API, worker and dashboard together; resolves when all of them take work. */
  async startServices(): Promise<{ readonly web: string; readonly api: string }> {
    const { root, home, environment, terminal } = this.#options;
    const database = this.#database;
    if (database === undefined) throw new Error('startServices: the data are not open yet.');
    const ports = await choosePorts(home.root, [
      { name: 'api', variable: 'STOCKPOT_API_PORT', value: environment.STOCKPOT_API_PORT, preferred: 4000 },
      { name: 'web', variable: 'STOCKPOT_WEB_PORT', value: environment.STOCKPOT_WEB_PORT, preferred: 3000 },
    ]);
    const settings: ServiceSettings = {
      root,
      home,
      databaseUrl: database.url,
      apiPort: ports.api ?? 4000,
      webPort: ports.web ?? 3000,
      secret: environment.STOCKPOT_SECRET ?? ensureSecret(home.secrets, 'session'),
      workerId: workerName(home.root),
      slots: Number(environment.STOCKPOT_SLOTS ?? 2),
    };
    this.#settings = settings;
    const make = (spec: ServiceSpec) => new Service(spec, home.logs, this.#records, this.#events());
    this.#services = {
      worker: make(workerService(settings)),
      api: make(apiService(settings)),
      web: make(webService(settings)),
    };
    const starting = terminal.begin('Starting worker, API and dashboard');
    const { worker, api, web } = this.#services;
    const started = performance.now();
    const up = async (service: Service, said: string, detail: string) => {
      await service.start();
      if (this.#stopping === undefined) terminal.item(said, performance.now() - started, detail);
    };
    try {
      await Promise.all([
        up(worker, 'Worker takes work', `${settings.slots} steps at a time on the CPU`),
        up(api, 'API answers', `${apiUrl(settings)}/graphql`),
        up(web, 'Dashboard answers', webUrl(settings)),
      ]);
    } finally {
      starting.end();
    }
    this.#lock?.describe({ dashboard: webUrl(settings) });
    return { web: webUrl(settings), api: apiUrl(settings) };
  }

  /** Process ids by role, of those that run now. */
  pids(): Readonly<Record<string, number>> {
    const services = Object.values(this.#services ?? {});
    return Object.fromEntries(
      services.flatMap((service) => (service.pid === undefined ? [] : [[service.spec.role, service.pid]])),
    );
  }

  get settings(): ServiceSettings | undefined {
    return this.#settings;
  }

  /** Stops everything in order: dashboard, API, worker, Postgres. Calls after the first wait for the same stop. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    return this.#stopping;
  }

  /** Ends every process at once, for those who cannot wait; Postgres recovers at its next start. */
  killAll(): void {
    for (const service of Object.values(this.#services ?? {})) service.kill();
    this.#lock?.release();
  }

  async #stopInOrder(): Promise<void> {
    const { terminal } = this.#options;
    clearInterval(this.#databaseCheck);
    this.#lock?.describe({ stopping: 'yes' });
    if (this.#services !== undefined) {
      const { web, api, worker } = this.#services;
      const stopping = terminal.begin('Stopping dashboard, API and worker');
      // The worker needs the longest and no longer takes orders from the two before it once they are gone.
      await web.stop(WEB_GRACE_MS);
      await Promise.all([api.stop(API_GRACE_MS), worker.stop(WORKER_GRACE_MS)]);
      stopping.done('Dashboard, API and worker stopped');
    }
    await this.#db?.close();
    if (this.#database !== undefined && this.#database.origin !== 'external') {
      const stopping = terminal.begin('Stopping Postgres');
      await this.#database.stop();
      stopping.done('Postgres stopped');
    }
    this.#lock?.release();
  }

  #takeLock(): void {
    const { home } = this.#options;
    const lock = Lock.acquire(home.run);
    if (!(lock instanceof Lock)) {
      const where = lock.note.dashboard === undefined ? '' : ` Its dashboard is ${lock.note.dashboard}.`;
      throw new Refusal(
        lock.note.stopping === undefined
          ? `Stockpot is already running on ${home.root} (process ${lock.pid}).${where}`
          : `The Stockpot on ${home.root} (process ${lock.pid}) is just stopping.`,
        lock.note.stopping === undefined
          ? `Use that one; or stop it (Ctrl-C in its terminal, or \`kill ${lock.pid}\`); or set STOCKPOT_HOME to another folder for a second one.`
          : 'Start again in a few seconds.',
      );
    }
    this.#lock = lock;
  }

  #events(): ServiceEvents {
    const { terminal, onFailure } = this.#options;
    return {
      restarting: (service, exit) =>
        terminal.line(
          `  ${terminal.yellow('!')} The ${service.spec.title} ended (${describeExit(exit)}); starting it again`,
        ),
      restarted: (service) => terminal.line(`  ${terminal.green('✓')} The ${service.spec.title} is back`),
      failed: (_service, error) => onFailure(error),
    };
  }

  /** Postgres is not our child: whether it lives is found by looking. */
  #watchDatabase(database: Database): void {
    const { terminal, onFailure } = this.#options;
    let looking = false;
    this.#databaseCheck = setInterval(() => {
      if (looking || this.#stopping !== undefined) return;
      looking = true;
      database
        .revive()
        .then((revived) => {
          if (revived) terminal.line(`  ${terminal.yellow('!')} Postgres had ended; it was started again`);
        }, onFailure)
        .finally(() => {
          looking = false;
        });
    }, DATABASE_CHECK_MS);
    this.#databaseCheck.unref();
  }
}
