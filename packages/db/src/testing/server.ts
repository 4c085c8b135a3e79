import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startPostgres } from '../embedded/index.js';
import { inspectProcess } from '../embedded/processes.js';

/**
 * One Postgres for all test processes of this user on this machine, because starting one a file would cost more than the
 * tests. Each process signs in with a file named by its pid; a watchdog (a shell of its own, so that it survives whatever
 * happens to us) stops the server when nobody has been signed in for some seconds.
 */
const FOLDER = join(tmpdir(), `stockpot-test-postgres-${userInfo().uid}`);
const USERS = join(FOLDER, 'users');

/** Never for real data: a crash of the machine loses it, and nobody minds. */
const FAST = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_buffers: '128MB',
  autovacuum: 'on',
};

const WATCHDOG = `
idle=0
while kill -0 "$PID" 2>/dev/null; do
  sleep 2
  busy=0
  for file in "$USERS"/*; do
    user=\${file##*/}
    if [ "$user" != '*' ]; then
      if kill -0 "$user" 2>/dev/null; then busy=1; else rm -f "$file"; fi
    fi
  done
  if [ $busy = 1 ]; then idle=0; else idle=$((idle + 1)); fi
  if [ $idle -ge 10 ]; then kill -INT "$PID"; sleep 2; fi
done
`;

let server: Promise<EmbeddedPostgres> | undefined;

/** The shared server, started when it is not running. Signed out when this process ends. */
export function sharedServer(): Promise<EmbeddedPostgres> {
  server ??= start();
  return server;
}

async function start(): Promise<EmbeddedPostgres> {
  mkdirSync(USERS, { recursive: true, mode: 0o755 });
  // Signed in before it is looked for: a watchdog about to stop it sees us, or stops it before we look.
  const me = join(USERS, String(process.pid));
  writeFileSync(me, '');
  process.once('exit', () => rmSync(me, { force: true }));
  const running = await startPostgres({ dataDir: FOLDER, settings: FAST });
  if (!running.adopted) {
    const watchdog = spawn('/bin/sh', ['-c', WATCHDOG], {
      detached: true,
      stdio: 'ignore',
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', PID: String(running.pid), USERS },
    });
    watchdog.unref();
  }
  return running;
}

/** Whether a process of this number uses the server now. */
export function isSignedIn(pid: number): boolean {
  return existsSync(join(USERS, String(pid))) && inspectProcess(pid) !== null;
}
