import { setTimeout as sleep } from 'node:timers/promises';
import { labs } from '@stockpot/domain';
import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { socket } from '../testing/client.js';
import { follow } from '../testing/follow.js';
import { type TestServer, testServer } from '../testing/server.js';
import { limits } from './limits.js';

let server: TestServer;
const clients: Client[] = [];

beforeAll(async () => {
  server = await testServer();
  await labs.create({ ctx: server.system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});
afterAll(() => server.stop());

function connect(): Client {
  const client = socket(server.url);
  clients.push(client);
  return client;
}

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
    // By hand: the client would connect again.
    const raw = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => raw.on('open', resolve));
    raw.send(JSON.stringify({ type: 'connection_init' }));
    await new Promise((resolve) => raw.on('message', resolve));
    const payload = { query: 'subscription { leaderboardChanged(lab: "demo") { lab } }' };
    raw.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    await expect.poll(() => server.services.events.size).toBe(1);
    raw.terminate();
    await expect.poll(() => server.services.events.size).toBe(0);
  });
});
