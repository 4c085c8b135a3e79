import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, labs, metrics, type Run, runs, steps } from '@stockpot/domain';
import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { socket } from '../testing/client.js';
import { cook, cookStep, hireWorker, submit } from '../testing/kitchen.js';
import { type TestServer, testServer } from '../testing/server.js';
import { limits } from './limits.js';

interface Event {
  data?: Record<string, unknown> | null;
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
}

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

/** Subscribes and collects what comes; `until` waits for a condition on it. */
function follow(client: Client, query: string, variables: Record<string, unknown> = {}) {
  const events: Event[] = [];
  let ended: unknown = null;
  client.subscribe<Record<string, unknown>>(
    { query, variables },
    {
      next: (event) => events.push(event as Event),
      error: (error) => {
        ended = error;
      },
      complete: () => {
        ended = 'complete';
      },
    },
  );
  const until = async (condition: () => boolean) => {
    const deadline = Date.now() + 5_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`waited in vain; got ${JSON.stringify({ events, ended })}`);
      await sleep(10);
    }
  };
  return { events, until, ended: () => ended };
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

describe('the socket', () => {
  it('has the same limits as HTTP, and the same shape of error', async () => {
    const refused = async (query: string) => {
      const feed = follow(connect(), query);
      await feed.until(() => feed.ended() !== null);
      expect(feed.events).toEqual([]);
      return JSON.stringify(feed.ended());
    };
    expect(await refused(`{ labs { ${Array.from({ length: 21 }, (_, i) => `a${i}: name`).join(' ')} } }`)).toContain(
      '21 aliases',
    );
    expect(
      await refused(`{ model(id: "stock_1") { ${'parents { model { '.repeat(7)} id ${'} } '.repeat(7)} } }`),
    ).toContain('TOO_EXPENSIVE');
    expect(await refused('{ soups(lab: "demo", first: 5000) { totalCount } }')).toContain('1 to 200 entries');
    expect(await refused(`{ labs { ${'name '.repeat(3_000)} } }`)).toContain('2000 tokens');
    expect(await refused('{ setupNeedd }')).not.toContain('Did you mean');
    expect(
      await refused(
        'subscription { ...S } fragment S on Subscription { a: leaderboardChanged(lab: "demo") { lab } b: leaderboardChanged(lab: "demo") { lab } }',
      ),
    ).toContain('only one');
    expect(JSON.parse(await refused('{ nothing }'))[0].extensions).toEqual({
      code: 'GRAPHQL_VALIDATION_FAILED',
      advice: expect.stringMatching(/\.$/),
      requestId: expect.any(String),
    });
  });

  it('answers queries too', async () => {
    const feed = follow(connect(), '{ setupNeeded }');
    await feed.until(() => feed.ended() === 'complete');
    expect(feed.events[0]?.data).toEqual({ setupNeeded: true });
  });

  const upgrade = (path: string, headers: Record<string, string>) =>
    new Promise<number | string>((resolve) => {
      const raw = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { headers });
      raw.on('open', () => {
        raw.close();
        resolve('open');
      });
      raw.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      raw.on('error', () => undefined);
    });

  it('opens for our own pages only (cross-site hijacking, DNS rebinding)', async () => {
    expect(await upgrade('/graphql', { origin: 'http://127.0.0.1:3000' })).toBe('open');
    expect(await upgrade('/graphql', { origin: 'https://evil.example' })).toBe(403);
    expect(await upgrade('/graphql', { host: 'evil.example' })).toBe(421);
    expect(await upgrade('/elsewhere', {})).toBe(404);
  });

  it('carries a bounded number of subscriptions', async () => {
    const client = connect();
    const feeds = Array.from({ length: limits.subscriptionsPerSocket + 3 }, () =>
      follow(client, 'subscription { leaderboardChanged(lab: "demo") { lab } }'),
    );
    await feeds.at(-1)?.until(() => feeds.filter((feed) => feed.ended() !== null).length === 3);
    expect(JSON.stringify(feeds.map((feed) => feed.ended()))).toContain('at most 32 operations');
  });

  it('is one of a bounded number from an address, and a closed one makes room', async () => {
    const raws: WebSocket[] = [];
    for (let i = 0; i < limits.socketsPerAddress; i += 1) {
      const raw = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      await new Promise((resolve) => raw.on('open', resolve));
      raws.push(raw);
    }
    expect(await upgrade('/graphql', {})).toBe(429);
    for (const raw of raws) raw.terminate();
    await sleep(100);
    expect(await upgrade('/graphql', {})).toBe('open');
  });

  it('leaves nothing behind when it is cut', async () => {
    await sleep(100);
    const before = server.services.events.size;
    const client = connect();
    const feed = follow(client, 'subscription { leaderboardChanged(lab: "demo") { lab } }');
    await feed.until(() => server.services.events.size === before + 1);
    client.terminate();
    await feed.until(() => server.services.events.size === before);
  });
});
