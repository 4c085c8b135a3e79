import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type TestDatabase, testDatabase } from '@stockpot/db/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const SECRET = 'kN3v8Qx1Zr7LmT4bYw6HsJ2dFg9CpE5u';

let database: TestDatabase;
const children: ChildProcess[] = [];
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => database.drop());

function start(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--conditions=stockpot-source', '--import', 'tsx', MAIN], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      STOCKPOT_SECRET: SECRET,
      STOCKPOT_BLOBS: tmpdir(),
      STOCKPOT_API_PORT: '0',
      ...environment,
    },
  });
  children.push(child);
  let out = '';
  let error = '';
  const ready = new Promise<{ ready: boolean; url: string }>((resolve) => {
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (out.includes('\n')) resolve(JSON.parse(out.slice(0, out.indexOf('\n'))));
    });
  });
  child.stderr.on('data', (chunk) => {
    error += chunk;
  });
  const ended = new Promise<{ code: number | null; error: string; out: string }>((resolve) => {
    child.on('exit', (code) => resolve({ code, error, out }));
  });
  return { child, ready, ended };
}

describe('the process', () => {
  it('says when it is ready, answers, and stops within 5 s of SIGTERM though a client holds on', async () => {
    const { child, ready, ended } = start();
    const { url } = await ready;
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    const began = Date.now();
    child.kill('SIGTERM');
    const { code, out } = await ended;
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(1);
  });

  it('names every mistake of its environment', async () => {
    const { code, error } = await start({ STOCKPOT_SECRET: 'changeme', STOCKPOT_API_PORT: 'x' }).ended;
    expect(code).toBe(1);
    expect(error).toContain('STOCKPOT_SECRET is weak');
    expect(error).toContain('STOCKPOT_API_PORT is not a number');
    expect(error).not.toMatch(/changeme|\bat .*\.ts/);
  });

  it('says that a port is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as AddressInfo;
    const { code, error } = await start({ STOCKPOT_API_PORT: String(port) }).ended;
    squatter.close();
    expect(code).toBe(1);
    expect(error).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(error).toContain('STOCKPOT_API_PORT');
  });

  it('says that the database does not answer', async () => {
    const { code, error } = await start({ DATABASE_URL: 'postgres://canary:canary-word@127.0.0.1:1/x' }).ended;
    expect(code).toBe(1);
    expect(error).toContain('The database does not answer');
    expect(error).not.toContain('canary-word');
  });

  it('refuses a database of a newer version, and of an older one', async () => {
    const { pool } = database.db;
    await pool.query('update stockpot_meta set schema_version = schema_version + 1');
    const newer = await start().ended;
    await pool.query('update stockpot_meta set schema_version = schema_version - 2');
    const older = await start().ended;
    await pool.query('update stockpot_meta set schema_version = schema_version + 1');
    expect(newer).toMatchObject({
      code: 1,
      out: '',
      error: expect.stringMatching(/knows only versions up to .*newer Stockpot/),
    });
    expect(older).toMatchObject({ code: 1, out: '', error: expect.stringMatching(/needs .*migrations/) });
  });
});
