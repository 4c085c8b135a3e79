import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { DatabaseError } from '../errors.js';
import { withFileLock } from './file-lock.js';
import { postgresFolders, removePostgres, type StartOptions, startPostgres, stopPostgres } from './index.js';
import { isPostgres, sleep } from './processes.js';

// A folder whose name has spaces, and that user postgres can enter.
const root = mkdtempSync(join(tmpdir(), 'stockpot supervisor '));
chmodSync(root, 0o755);
const folders: string[] = [];
const parents: ChildProcess[] = [];
let count = 0;

function folder(): string {
  const made = join(root, `data folder ${++count}`);
  folders.push(made);
  return made;
}

afterEach(async () => {
  for (const parent of parents.splice(0)) parent.kill('SIGKILL');
  for (const dataDir of folders.splice(0)) {
    if (!existsSync(dataDir)) continue;
    await stopPostgres(dataDir);
    removePostgres(dataDir);
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const start = (dataDir: string, more: Partial<StartOptions> = {}) => startPostgres({ dataDir, ...more });

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Another Node process that starts the server and would live for ever. */
async function startInAnotherProcess(dataDir: string) {
  const script = fileURLToPath(new URL('../testing/postgres-process.ts', import.meta.url));
  const parent = spawn(process.execPath, ['--conditions=stockpot-source', '--import', 'tsx', script, dataDir], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  parents.push(parent);
  const line = await new Promise<string>((resolve, reject) => {
    parent.stdout?.once('data', (data) => resolve(String(data)));
    parent.once('exit', () => reject(new Error('The process ended early.')));
  });
  const started: { url: string; pid: number; port: number } = JSON.parse(line);
  return { parent, ...started };
}

describe('the embedded Postgres', () => {
  test('starts in a path with spaces, on the loopback only, its password in a file only we can read', async () => {
    const dataDir = folder();
    const server = await start(dataDir);
    expect(server.adopted).toBe(false);
    const [row] = await query(
      server.url,
      `select current_database() as db, current_setting('listen_addresses') as at,
      current_setting('unix_socket_directories') as sockets, current_setting('server_version_num')::int as version`,
    );
    expect(row).toMatchObject({ db: 'stockpot', at: '127.0.0.1', sockets: '' });
    expect(row?.version).toBeGreaterThanOrEqual(180_000);
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir, 'password'), 'utf8').trim()).toHaveLength(43);
    const withoutPassword = server.url.replace(/:[^:@]+@/, ':wrong@');
    await expect(query(withoutPassword, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
    expect(isPostgres(server.pid)).toBe(false);
    await server.stop(); // stopping what is stopped is fine
  });

  test('keeps its port, password and data over a stop and a start', async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    await query(first.url, 'create table kept as select 1 as n');
    await first.stop();
    const second = await start(dataDir);
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  test('outlives a parent that is killed with -9, and is adopted by the next', async () => {
    const dataDir = folder();
    const { parent, pid, url } = await startInAnotherProcess(dataDir);
    await query(url, 'create table kept as select 1 as n');
    parent.kill('SIGKILL');
    await new Promise((resolve) => parent.once('exit', resolve));
    await sleep(100);
    expect(isPostgres(pid)).toBe(true);
    const next = await start(dataDir);
    expect(next).toMatchObject({ adopted: true, pid, url });
    await next.stop();
    expect(isPostgres(pid)).toBe(false);
  });

  test('recovers what was committed when the postmaster itself was killed with -9', async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    await query(first.url, 'create table kept as select generate_series(1, 1000) as n');
    const busy = query(first.url, 'select pg_sleep(60)').catch(() => 'cut');
    await sleep(100);
    process.kill(first.pid, 'SIGKILL');
    // At once: its backends may still be going down.
    const second = await start(dataDir);
    expect(second.adopted).toBe(false);
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.url, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }]);
    expect(await busy).toBe('cut');
  });

  test('recovers when parent and postmaster were killed together', async () => {
    const dataDir = folder();
    const { parent, pid, url } = await startInAnotherProcess(dataDir);
    await query(url, 'create table kept as select 1 as n');
    process.kill(pid, 'SIGKILL');
    parent.kill('SIGKILL');
    const next = await start(dataDir);
    expect(await query(next.url, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  test('takes another port when its own was taken, and keeps that one', async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    await first.stop();
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(first.port, '127.0.0.1', resolve));
    const said: string[] = [];
    const second = await start(dataDir, { log: (line) => said.push(line) });
    expect(second.port).not.toBe(first.port);
    expect(said.join('\n')).toContain(`port ${first.port} is taken`);
    await second.stop();
    await new Promise((resolve) => thief.close(resolve));
    expect((await start(dataDir)).port).toBe(second.port);
  });

  test('is one server however many start it at once', async () => {
    const dataDir = folder();
    const all = await Promise.all([start(dataDir), start(dataDir), start(dataDir)]);
    expect(new Set(all.map((one) => one.pid)).size).toBe(1);
    expect(all.filter((one) => !one.adopted)).toHaveLength(1);
  });

  test('is not fooled by the lock file of a dead server whose pid is somebody else now', async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    await query(first.url, 'create table kept as select 1 as n');
    const lock = readFileSync(join(dataDir, 'data', 'postmaster.pid'), 'utf8');
    await first.stop();
    writeFileSync(join(dataDir, 'data', 'postmaster.pid'), lock.replace(String(first.pid), String(process.pid)));
    const second = await start(dataDir);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  test('that was cut while it was made leaves nothing half-made behind', async () => {
    const dataDir = folder();
    mkdirSync(join(dataDir, 'data.new', 'base'), { recursive: true });
    const server = await start(dataDir);
    expect(existsSync(join(dataDir, 'data.new'))).toBe(false);
    expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('says why it does not start, with the end of its log', async () => {
    const dataDir = folder();
    await (await start(dataDir)).stop();
    writeFileSync(join(dataDir, 'data', 'postgresql.conf'), 'shared_buffers = nonsense\n');
    const failure = await start(dataDir).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseError);
    expect(failure).toMatchObject({ code: 'CANNOT_START', message: expect.stringContaining('shared_buffers') });
  }, 30_000);

  test('whose password was lost says so, and is not touched', async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    const password = readFileSync(join(dataDir, 'password'), 'utf8');
    writeFileSync(join(dataDir, 'password'), 'another\n');
    await expect(start(dataDir)).rejects.toThrow(/does not take our password/);
    expect(isPostgres(first.pid)).toBe(true);
    writeFileSync(join(dataDir, 'password'), password);
  });
});

describe('as root', () => {
  test('lives elsewhere when user postgres cannot enter the data folder, and is found again there', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('only root starts Postgres as another user');
    const closed = join(root, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const dataDir = join(closed, 'data folder');
    folders.push(dataDir);
    const first = await start(dataDir);
    const [, elsewhere] = postgresFolders(dataDir);
    expect(elsewhere).toMatch(/^\/var\/lib\/stockpot\/[0-9a-f]{16}$/);
    await query(first.url, 'create table kept as select 1 as n');
    await first.stop();
    const second = await start(dataDir);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
    await second.stop();
    removePostgres(dataDir);
    expect(existsSync(elsewhere ?? '')).toBe(false);
  });
});

describe('the start lock', () => {
  test('lets one in at a time, and is taken over from a holder that died', async () => {
    const path = join(root, 'lock');
    writeFileSync(path, '999999 1');
    let inside = 0;
    await Promise.all(
      Array.from({ length: 5 }, () =>
        withFileLock(path, async () => {
          expect(++inside).toBe(1);
          await sleep(20);
          inside--;
        }),
      ),
    );
    expect(existsSync(path)).toBe(false);
  });
});
