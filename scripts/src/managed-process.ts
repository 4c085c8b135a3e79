import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { LogFile } from './log-file.js';
import type { ProcessRecords } from './process-records.js';

/** Beside this file, as source in tests. */
const GUARD = new URL(import.meta.url.endsWith('.ts') ? './guard.ts' : './guard.js', import.meta.url).href;

export interface ProcessSpec {
  /** Short and stable: names the log file and the record on disk. */
  readonly role: string;
  /** Arguments to this same Node. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * One run of one process. It leads its own process group: a terminal's Ctrl-C does not reach it (we stop things in
 * order), and its children can be ended with it. The IPC channel carries nothing; that it closes when we die is its use.
 */
export class ManagedProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #log: LogFile;
  #exit: Exit | undefined;

  constructor(spec: ProcessSpec, logs: string, records: ProcessRecords) {
    this.#log = new LogFile(logs, spec.role);
    const output = this.#log.open();
    this.#child = spawn(process.execPath, ['--import', GUARD, ...spec.args], {
      cwd: spec.cwd,
      env: { ...inherited(), ...spec.environment },
      stdio: ['ignore', output, output, 'ipc'],
      detached: true,
    });
    closeSync(output);
    const { pid } = this.#child;
    if (pid !== undefined) records.add(spec.role, pid);
    this.exited = new Promise((resolve) => {
      const settle = (exit: Exit) => {
        if (this.#exit !== undefined) return;
        this.#exit = exit;
        if (pid !== undefined) records.remove(spec.role, pid);
        resolve(exit);
      };
      this.#child.once('exit', (code, signal) => settle({ code, signal }));
      this.#child.once('error', () => settle({ code: 127, signal: null }));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** What it has printed in this run. */
  output(): string {
    return this.#log.text();
  }

  tail(lines = 20): string {
    return this.#log.tail(lines);
  }

  get logPath(): string {
    return this.#log.path;
  }

  /** Asks it to end; a stopped process (SIGSTOP) is woken to hear it. */
  askToStop(): void {
    if (this.#exit !== undefined) return;
    this.#child.kill('SIGTERM');
    this.#child.kill('SIGCONT');
  }

  /** Ends it and its children at once. */
  kill(): void {
    const { pid } = this.#child;
    if (this.#exit !== undefined || pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
  }

  /** Resolves to true when it has ended within the time. */
  async waitForExit(milliseconds: number): Promise<boolean> {
    if (this.#exit !== undefined) return true;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds);
    });
    const ended = await Promise.race([this.exited.then(() => true as const), timeout]);
    clearTimeout(timer);
    return ended;
  }
}

/** Our environment without what only some processes may know; those are given it by name. */
function inherited(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, STOCKPOT_SECRET: _secret, ...rest } = process.env;
  return rest;
}

/** 'exit code 1' or 'SIGKILL'. */
export function describeExit(exit: Exit | undefined): string {
  if (exit === undefined) return 'unknown';
  return exit.signal ?? `exit code ${exit.code}`;
}
