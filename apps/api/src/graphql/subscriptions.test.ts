import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, labs, metrics, type Run, runs, steps } from '@stockpot/domain';
import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { socket } from '../testing/client.js';
import { follow } from '../testing/follow.js';
import { cook, cookStep, hireWorker, submit } from '../testing/kitchen.js';
import { type TestServer, testServer } from '../testing/server.js';

let server: TestServer;
let worker: Context;
const clients: Client[] = [];

beforeAll(async () => {
  server = await testServer();
  worker = await hireWorker(server.system);
  await labs.create({ ctx: server.system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
  await labs.create({ ctx: server.system, input: { slug: 'secret', name: 'Secret' } });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});
afterAll(() => server.stop());

function connect(...args: Parameters<typeof socket> extends [string, ...infer Rest] ? Rest : never): Client {
  const client = socket(server.url, ...args);
  clients.push(client);
  return client;
}

const RUN =
  'subscription ($run: ID!) { runUpdated(run: $run) { status stepCounts { succeeded } steps { stepId status } } }';

async function begun(run: Run, stepId = 'datasets/digits') {
  await runs.start({ ctx: worker, input: { runId: run.id } });
  const plan = await runs.steps({ ctx: server.system, input: { run: run.id } });
  const step = plan.find((candidate) => candidate.stepId === stepId);
  if (!step) throw new Error(`the plan has no ${stepId}`);
  return step;
}

describe('a run', () => {
  it('is shown at once and after every change, to the end', async () => {
    const run = await submit(server.system, 'demo', 'followed', 1);
    const feed = follow(connect(), RUN, { run: run.id });
    await feed.until(() => feed.events.length > 0);
    expect(feed.events[0]?.data).toMatchObject({ runUpdated: { status: 'QUEUED', stepCounts: { succeeded: 0 } } });
    await cook(server.system, worker, run);
    await feed.until(() => JSON.stringify(feed.events.at(-1)).includes('SUCCEEDED"'));
    await feed.until(() =>
      JSON.stringify(feed.events.at(-1)?.data?.runUpdated).includes(
        '"status":"SUCCEEDED","stepCounts":{"succeeded":29}',
      ),
    );
  });

  it('is shown by every API process, whichever one a worker or a viewer talks to', async () => {
    const { startServer } = await import('../server.js');
    const { createLogger } = await import('../logger.js');
    const second = await startServer({
      db: server.services.db,
      log: createLogger('silent'),
      port: 0,
      host: '127.0.0.1',
      webOrigins: [],
      allowedHosts: [],
      secret: 'kN3v8Qx1Zr7LmT4bYw6HsJ2dFg9CpE5u',
      blobs: server.blobs,
      trustProxy: false,
    });
    const client = socket(second.url);
    try {
      const run = await submit(server.system, 'demo', 'second', 2);
      const feed = follow(client, RUN, { run: run.id });
      await feed.until(() => feed.events.length === 1);
      await runs.cancel({ ctx: server.system, input: { run: run.id } });
      await feed.until(() => JSON.stringify(feed.events.at(-1)).includes('CANCELLED'));
    } finally {
      await client.dispose();
      await second.close();
    }
  });
});

describe('a broken connection to Postgres', () => {
  it('loses no change: whoever follows looks again when listening is back', async () => {
    const run = await submit(server.system, 'demo', 'broken', 8);
    const feed = follow(connect(), RUN, { run: run.id });
    await feed.until(() => feed.events.length === 1);
    const { pool } = server.services.db;
    await pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'stockpot listen%' and datname = current_database()",
    );
    // Said while nobody listens.
    await runs.cancel({ ctx: server.system, input: { run: run.id } });
    await feed.until(() => JSON.stringify(feed.events.at(-1)).includes('CANCELLED'));
  });
});

describe('curves', () => {
  it('grow batch by batch; NaN comes as null', async () => {
    const run = await submit(server.system, 'demo', 'live', 3);
    const dataset = await begun(run);
    await cookStep(worker, run, dataset);
    await steps.begin({ ctx: worker, input: { runId: run.id, stepId: 'stock', key: 'b'.repeat(64) } });
    const feed = follow(
      connect(),
      'subscription ($run: ID!) { metricsAppended(run: $run) { series steps values points downsampled } }',
      { run: run.id },
    );
    await sleep(300);
    const append = (first: number, values: number[]) =>
      metrics.append({
        ctx: worker,
        input: {
          runId: run.id,
          stepId: 'stock',
          series: 'loss',
          attempt: 1,
          steps: values.map((_, i) => first + i),
          values,
        },
      });
    await append(0, [3, 2, Number.NaN]);
    await append(3, [1]);
    const points = () =>
      feed.events.flatMap(({ data }) => data?.metricsAppended as { steps: number[]; values: (number | null)[] }[]);
    await feed.until(() => points().flatMap(({ steps: at }) => at).length === 4);
    expect(points().flatMap(({ values }) => values)).toEqual([3, 2, null, 1]);
  });
});

describe('the leaderboard', () => {
  it('tells which model changed, to those who follow that lab only', async () => {
    const CHANGED = 'subscription ($lab: String!) { leaderboardChanged(lab: $lab) { lab model } }';
    const owner = await server.signUp('board');
    await labs.setMember({ ctx: server.system, input: { lab: 'secret', userId: owner.userId, role: 'viewer' } });
    const demo = follow(connect(), CHANGED, { lab: 'demo' });
    const secret = follow(connect(owner.credentials), CHANGED, { lab: 'secret' });
    await sleep(300);
    await cook(server.system, worker, await submit(server.system, 'secret', 'quiet', 4));
    await secret.until(() => secret.events.length > 0);
    expect(secret.events[0]?.data).toMatchObject({ leaderboardChanged: { lab: 'secret' } });
    expect(demo.events).toEqual([]);
  });
});

describe('who may follow', () => {
  it('nobody outside the lab, with the same answer as for a run that does not exist', async () => {
    const run = await submit(server.system, 'secret', 'hidden', 5);
    const foreign = follow(connect(), RUN, { run: run.id });
    const missing = follow(connect(), RUN, { run: `${run.id.slice(0, -4)}zzzz` });
    await foreign.until(() => foreign.ended() !== null);
    await missing.until(() => missing.ended() !== null);
    const plain = (feed: typeof foreign) => JSON.stringify(feed.events).replace(/"requestId":"[^"]*"/g, '');
    expect(plain(foreign)).toContain('NOT_FOUND');
    expect(plain(foreign)).toBe(plain(missing));
  });

  it('members by cookie, by header and by connection parameters', async () => {
    const run = await submit(server.system, 'secret', 'shared', 6);
    const { userId, credentials } = await server.signUp('follower');
    await labs.setMember({ ctx: server.system, input: { lab: 'secret', userId, role: 'viewer' } });
    const { key } = await server.services.auth.api.createApiKey({ body: { name: 'script', userId } });
    for (const client of [
      connect(credentials),
      connect({ 'x-api-key': key }),
      connect({}, { 'x-api-key': key }),
      connect({}, { Authorization: `Bearer ${key}` }),
    ]) {
      const feed = follow(client, RUN, { run: run.id });
      await feed.until(() => feed.events.length > 0);
      expect(feed.events[0]?.errors).toBeUndefined();
    }
  });

  it('not with a wrong token: the socket closes with 4403', async () => {
    const feed = follow(connect({}, { 'x-api-key': 'pot_wrong' }), '{ setupNeeded }');
    await feed.until(() => feed.ended() !== null);
    expect(feed.ended()).toMatchObject({ code: 4403 });
  });

  it('not any longer once the role is gone: the next event is an error and the last', async () => {
    const run = await submit(server.system, 'secret', 'leaving', 7);
    const { userId, credentials } = await server.signUp('leaver');
    await labs.setMember({ ctx: server.system, input: { lab: 'secret', userId, role: 'viewer' } });
    const before = server.services.events.size;
    const feed = follow(connect(credentials), RUN, { run: run.id });
    await feed.until(() => feed.events.length === 1);
    await labs.setMember({ ctx: server.system, input: { lab: 'secret', userId, role: null } });
    await runs.cancel({ ctx: server.system, input: { run: run.id } });
    await feed.until(() => feed.ended() !== null);
    expect(JSON.stringify(feed.events.at(-1))).toContain('NOT_FOUND');
    expect(JSON.stringify(feed.events)).not.toContain('CANCELLED');
    expect(server.services.events.size).toBe(before);
  });
});
