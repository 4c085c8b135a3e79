import { readFileSync } from 'node:fs';
import { labs } from '@stockpot/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../testing/client.js';
import { cook, hireWorker, submit } from '../testing/kitchen.js';
import { ANALYSES } from '../testing/recipe.js';
import { type TestServer, testServer } from '../testing/server.js';

/** The queries of the page, each with the heading that it stands under. */
const page = readFileSync(new URL('../../../../docs/api.md', import.meta.url), 'utf8');
const queries = page.split(/^#+ /m).flatMap((section) => {
  const [heading = ''] = section.split('\n');
  return [...section.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text = '']) => [heading, text] as const);
});

let server: TestServer;
const ids: Record<string, string> = {};
beforeAll(async () => {
  server = await testServer();
  const { system } = server;
  await labs.create({ ctx: system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
  const run = await submit(system, 'demo', 'story', 17, ANALYSES);
  await cook(system, await hireWorker(system), run);
  const { data } = await ask<{
    leaderboard: {
      columns: { id: string; name: string }[];
      edges: { node: { model: { id: string; name: string } } }[];
    };
  }>(server.url, '{ leaderboard(lab: "demo") { columns { id name } edges { node { model { id name } } } } }');
  for (const { id, name } of data.leaderboard.columns) ids[name] = id;
  for (const { node } of data.leaderboard.edges) ids[node.model.name] = node.model.id;
  Object.assign(ids, {
    run: run.id,
    benchmark: ids.test,
    soup: ids.greedy,
    other: ids['ft-00'],
    ingredient: ids['ft-01'],
  });
  const { data: of } = await ask<{ run: { analyses: { id: string; name: string }[] } }>(
    server.url,
    'query ($run: ID!) { run(id: $run) { analyses { id name } } }',
    { run: run.id },
  );
  ids.analysis = of.run.analyses.find(({ name }) => name === 'line')?.id ?? '';
});
afterAll(() => server.stop());

describe('the queries of docs/api.md', () => {
  it('are there', () => {
    expect(queries.length).toBeGreaterThan(4);
  });

  it.each(queries)('%s: answers with everything it asks for', async (_heading, text) => {
    // Variables are named for what they stand for.
    const wanted = [...text.matchAll(/\$(\w+):/g)].map(([, name = '']) => name);
    const variables = Object.fromEntries(wanted.map((name) => [name, ids[name]]));
    expect(Object.entries(variables).filter(([, value]) => value === undefined)).toEqual([]);
    const { data, errors } = await ask<Record<string, unknown>>(server.url, text, variables);
    expect(errors).toEqual([]);
    for (const value of Object.values(data)) expect(value).not.toBeNull();
  });
});
