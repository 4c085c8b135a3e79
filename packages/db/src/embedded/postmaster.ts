import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import type { Home } from './home.js';
import { inspectProcess, isPostgres } from './processes.js';

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** What the server's own lock file says; null when no server runs on this data folder. Removes the file of a dead one. */
export function runningPostmaster(home: Home): { pid: number; port: number | null } | null {
  const file = join(home.data, 'postmaster.pid');
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (Number.isInteger(pid) && isPostgres(pid)) {
    const port = Number.parseInt(lines[3] ?? '', 10);
    return { pid, port: Number.isInteger(port) ? port : null };
  }
  // Postgres only asks whether the pid exists: a zombie, or a stranger who got the number, would stop it for ever.
  if (Number.isInteger(pid) && (inspectProcess(pid) !== null || existsAsZombie(pid))) rmSync(file, { force: true });
  return null;
}

function existsAsZombie(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Starts the server in a session of its own: neither Ctrl-C in our terminal nor our death reaches it. */
export function spawnPostmaster(
  home: Home,
  binaries: Binaries,
  account: Account,
  port: number,
  settings: Readonly<Record<string, string>>,
): ChildProcess {
  const log = openSync(home.log, 'a', 0o600);
  try {
    const all = {
      // Loopback only, and no Unix socket: its path would be too long in a deep folder.
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      timezone: 'UTC',
      log_timezone: 'UTC',
      // Dynamic shared memory in /dev/shm is 64 MB in many containers.
      dynamic_shared_memory_type: 'mmap',
      ...settings,
    };
    const child = spawn(
      binaries.postgres,
      [
        '-D',
        home.data,
        '-p',
        String(port),
        ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        ...account,
        cwd: '/',
        detached: true,
        stdio: ['ignore', log, log],
        env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      },
    );
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** The last lines of the server's log, for error messages. */
export function logTail(home: Home, lines = 15): string {
  try {
    return readFileSync(home.log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(the log is empty)';
  }
}

/** How long the log is now: what a server that starts after this says begins here. */
export function logSize(home: Home): number {
  try {
    return statSync(home.log).size;
  } catch {
    return 0;
  }
}

/** What goes away by itself: the port or the memory of a predecessor that is still dying. */
const PASSING = /Address already in use|could not bind|pre-existing shared memory|lock file "postmaster.pid"/;

/** Whether the log since then tells of a failure that another attempt would only repeat. */
export function failedForGood(home: Home, since: number): boolean {
  try {
    const said = readFileSync(home.log).subarray(since).toString('utf8');
    return /^.*FATAL:/m.test(said) && !PASSING.test(said);
  } catch {
    return false;
  }
}

/** Begins the log anew when it has grown too long. */
export function trimLog(home: Home): void {
  try {
    if (statSync(home.log).size > LOG_LIMIT_BYTES) truncateSync(home.log);
  } catch {
    // No log yet.
  }
}
