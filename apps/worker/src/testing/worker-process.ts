import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const source = fileURLToPath(new URL('..', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
/** The checkout: where npm packages of data are found. */
export const CHECKOUT = fileURLToPath(new URL('../../../..', import.meta.url));

/** Folders that several workers of one test share, in a path with a space. */
export function workerHome(): string {
  return mkdtempSync(join(tmpdir(), 'stockpot worker '));
}

export interface WorkerProcessOptions {
  readonly databaseUrl: string;
  readonly home: string;
  readonly workerId?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A worker in a process of its own, run from source, as `npm start` would run it from `dist`. */
export class WorkerProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #log = '';

  private constructor(child: ChildProcess) {
    this.child = child;
    this.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
  }

  /** Starts a worker and waits until it takes work. */
  static async start({
    databaseUrl,
    home,
    workerId = 'test-1',
    environment = {},
  }: WorkerProcessOptions): Promise<WorkerProcess> {
    const args = ['--conditions=stockpot-source', '--import', tsx, join(source, 'main.ts')];
    const child = spawn(process.execPath, args, {
      cwd: CHECKOUT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TMPDIR: process.env.TMPDIR,
        DATABASE_URL: databaseUrl,
        STOCKPOT_BLOBS: join(home, 'blobs'),
        STOCKPOT_SCRATCH: join(home, 'scratch'),
        STOCKPOT_WORKER_ID: workerId,
        ...environment,
      },
    });
    const worker = new WorkerProcess(child);
    const ready = new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('"ready":true')) resolve();
      });
    });
    const ended = worker.exited.then((exit) => {
      throw new Error(`The worker ended before it was ready: ${JSON.stringify(exit)}\n${worker.log}`);
    });
    ended.catch(() => undefined);
    await Promise.race([ready, ended]);
    return worker;
  }

  /** What it has logged. */
  get log(): string {
    return this.#log;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Asks it to end and measures how long that takes, in seconds. */
  async stop(): Promise<number> {
    const before = performance.now();
    this.child.kill('SIGCONT');
    this.child.kill('SIGTERM');
    await this.exited;
    return (performance.now() - before) / 1000;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
