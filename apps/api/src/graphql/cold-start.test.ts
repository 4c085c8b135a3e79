import { labs } from '@stockpot/domain';
import { expect, it } from 'vitest';
import { ask } from '../testing/client.js';
import { testServer } from '../testing/server.js';

it('a cold server answers many first requests at once: none waits for a connection while it holds one', async () => {
  const server = await testServer();
  try {
    await labs.create({ ctx: server.system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
    const crowd = Array.from({ length: 60 }, () => ask(server.url, '{ leaderboard(lab: "demo") { totalCount } }'));
    for (const { data } of await Promise.all(crowd)) expect(data).toEqual({ leaderboard: { totalCount: 0 } });
  } finally {
    await server.stop();
  }
}, 9_000);
