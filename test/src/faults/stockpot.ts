import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { postgresFolders, removePostgres, stopPostgres } from '@stockpot/db/embedded';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
const START = `import { start } from ${JSON.stringify(new URL('../../../scripts/dist/start.js', import.meta.url).href)}; await start(${JSON.stringify(CHECKOUT)});`;

/** `npm start` after its build, on a data root of its own in a path with a space, as a user's shell would run it. */
export class Stockpot {
  readonly home: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #exited: Promise<number | null> = Promise.resolve(null);
  #output = '';

  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.home = join(mkdtempSync(join(tmpdir(), 'stockpot start ')), 'data');
    this.#environment = environment;
  }

  /** Starts it; does not wait. */
  start(): void {
    this.#output = '';
    const { DATABASE_URL: _, npm_lifecycle_event: __, ...environment } = process.env;
    const child = spawn(process.execPath, ['--input-type=module', '-e', START], {
      cwd: CHECKOUT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, STOCKPOT_HOME: this.home, STOCKPOT_OPEN: '0', ...this.#environment },
    });
    const keep = (chunk: Buffer) => {
      this.#output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.#exited = new Promise((resolve) => child.once('exit', resolve));
    this.#child = child;
  }

  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get exited(): Promise<number | null> {
    return this.#exited;
  }

  /** Waits for a text in the output; fails at once when the process ends without having said it. */
  async says(text: string, seconds = 100): Promise<void> {
    const said = () => {
      if (this.#output.includes(text)) return true;
      if (this.#child?.exitCode === null) return false;
      throw new Error(`It ended without saying "${text}".\n${this.#output}`);
    };
    await until(`"${text}" in the output`, said, seconds, () => this.#output);
  }

  /** Sends a signal to the supervisor; resolves with its exit code and how long it took. */
  async signal(signal: NodeJS.Signals): Promise<{ code: number | null; seconds: number }> {
    const before = performance.now();
    this.#child?.kill(signal);
    const code = await this.#exited;
    return { code, seconds: (performance.now() - before) / 1000 };
  }

  /** Process ids by role as they are on disk: 'web', 'api', 'worker', 'postgres'. */
  pids(): Record<string, number> {
    const found: Record<string, number> = {};
    for (const name of readdirSync(join(this.home, 'run'))) {
      const [, role, pid] = /^(\w+)-(\d+)\.process\.json$/.exec(name) ?? [];
      if (role !== undefined) found[role] = Number(pid);
    }
    // As root the database may lie elsewhere: where user postgres can reach it.
    const folder = postgresFolders(join(this.home, 'postgres')).at(-1) ?? '';
    found.postgres = Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
    return found;
  }

  ports(): { api: number; web: number } {
    return JSON.parse(readFileSync(join(this.home, 'ports.json'), 'utf8'));
  }

  /** Runs of the demo lab, newest first, with their steps, as the API tells them. */
  async runs(): Promise<RunAnswer[]> {
    const query = `{ runs(lab: "demo") { edges { node { id status steps { stepId key status attempts artifacts { output artifact { hash } } } } } } }`;
    const response = await fetch(`http://127.0.0.1:${this.ports().api}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(5_000),
    });
    const answer = (await response.json()) as { data: { runs: { edges: { node: RunAnswer }[] } } };
    return answer.data.runs.edges.map((edge) => edge.node);
  }

  /** Waits until a step of the newest run is in one of these states. */
  async stepIs(stepId: string, statuses: readonly string[]): Promise<RunAnswer> {
    let found: RunAnswer | undefined;
    await until(`step ${stepId} to be ${statuses}`, async () => {
      const [run] = await this.runs().catch(() => []);
      if (!run?.steps.some((step) => step.stepId === stepId && statuses.includes(step.status))) return false;
      found = run;
      return true;
    });
    if (found === undefined) throw new Error('unreachable');
    return found;
  }

  /** Ends whatever is left of it, for a test's end. */
  async cleanUp(): Promise<void> {
    if (this.#child === undefined) return;
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.signal('SIGTERM');
    for (const pid of Object.values(safely(() => this.pids()) ?? {})) safely(() => process.kill(pid, 'SIGKILL'));
    await stopPostgres(join(this.home, 'postgres'));
    removePostgres(join(this.home, 'postgres'));
    rmSync(dirname(this.home), { recursive: true, force: true });
  }
}

export interface RunAnswer {
  readonly id: string;
  readonly status: string;
  readonly steps: readonly {
    readonly stepId: string;
    readonly key: string | null;
    readonly status: string;
    readonly attempts: number;
    readonly artifacts: readonly { readonly output: string; readonly artifact: { readonly hash: string } }[];
  }[];
}

export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 100,
  explain: () => string = () => '',
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s in vain for ${what}.\n${explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie still answers; it holds no port and does nothing.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** A server that holds a loopback port, or nothing when somebody else holds it already. */
export function occupy(port: number): Promise<{ close(): void }> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve({ close: () => {} }));
    server.listen(port, '127.0.0.1', () => resolve({ close: () => server.close() }));
  });
}

function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
