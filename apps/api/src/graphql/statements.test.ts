import { labs } from '@stockpot/domain';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask } from '../testing/client.js';
import { cook, hireWorker, submit } from '../testing/kitchen.js';
import { ANALYSES } from '../testing/recipe.js';
import { type TestServer, testServer } from '../testing/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  await labs.create({ ctx: server.system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
  const worker = await hireWorker(server.system);
  for (let i = 0; i < 9; i += 1)
    await cook(server.system, worker, await submit(server.system, 'demo', `story-${i}`, i, ANALYSES));
});
afterAll(() => server.stop());

/** Statements one operation sends, whatever connection it uses: counted at the driver. */
async function statements(query: string, first: number): Promise<{ count: number; rows: number }> {
  await ask(server.url, query, { first });
  const client = await server.services.db.pool.connect();
  const sent = vi.spyOn(Object.getPrototypeOf(client), 'query');
  client.release();
  try {
    const { data, errors } = await ask(server.url, query, { first });
    expect(errors).toEqual([]);
    const rows = JSON.stringify(data).match(/"cursor"/g)?.length ?? 0;
    return { count: sent.mock.calls.length, rows };
  } finally {
    sent.mockRestore();
  }
}

const MODEL =
  'id name lab { slug } run { name recipe { name } } parents { model { name } } children { model { name } } evaluations { top1 benchmark { name split { dataset { name } } } model { name } }';

describe('a page costs the same number of statements, however many rows it has', () => {
  it.each([
    [
      'leaderboard',
      `query ($first: Int!) { leaderboard(lab: "demo", first: $first, orderBy: { field: CREATED_AT }) { edges { cursor node { rank scores { top1 } model { ${MODEL} } } } } }`,
    ],
    [
      'ingredients',
      `query ($first: Int!) { ingredients(lab: "demo", first: $first) { edges { cursor node { ${MODEL} } } } }`,
    ],
    [
      'runs',
      'query ($first: Int!) { runs(lab: "demo", first: $first) { edges { cursor node { recipe { name } lab { slug } steps { stepId artifacts { artifact { hash } } model { name } } } } } }',
    ],
    [
      'comparisons',
      'query ($first: Int!) { soups(lab: "demo", first: $first) { edges { cursor node { comparedWith(models: ["soup_x"]) { p } } } } }',
    ],
    [
      'soups',
      'query ($first: Int!) { soups(lab: "demo", first: $first) { edges { cursor node { ... on Soup { trace { score } stock { name } ensemble { name } greedyEnsemble { name } effective { coefficient ingredient { name } } } } } } }',
    ],
    [
      'analyses of runs',
      'query ($first: Int!) { runs(lab: "demo", first: $first) { edges { cursor node { analyses { name schema subjects { model { name } } benchmark { name } soup { name } run { name } content { __typename } } } } } }',
    ],
    [
      'analyses of soups and their pools',
      'query ($first: Int!) { soups(lab: "demo", first: $first) { edges { cursor node { ... on Soup { analyses { name examined { n } } analysesOfPool { name content { __typename } } } } } } }',
    ],
    [
      'diversity of runs',
      'query ($first: Int!) { runs(lab: "demo", first: $first) { edges { cursor node { diversity { models { name } pairs { disagreement } } } } } }',
    ],
  ])('%s', async (name, query) => {
    // Six rows are a whole run: a single model may lack a kind of neighbour, and then its loader is not called at all.
    const few = await statements(query, 6);
    const many = await statements(query, name.endsWith('runs') ? 20 : 50);
    expect(few.rows).toBe(6);
    expect(many.rows).toBeGreaterThan(8);
    // Two waves of one loader may meet or miss each other: a verb is five statements. Rows would cost hundreds.
    expect(Math.abs(many.count - few.count)).toBeLessThanOrEqual(10);
    expect(many.count).toBeLessThan(80);
    console.info(`${name}: ${many.count} statements for ${many.rows} rows`);
  });

  it('the leaderboard of the dashboard, 50 rows', async () => {
    const { count, rows } = await statements(
      'query ($first: Int!) { leaderboard(lab: "demo", first: $first) { totalCount columns { name role n } edges { cursor node { rank bestIngredient forwardPasses model { id name kind } scores { benchmark n top1 low high spent } } } } }',
      50,
    );
    expect(rows).toBe(50);
    expect(count).toBeLessThanOrEqual(28);
    console.info(`dashboard page: ${count} statements`);
  });

  it('a leaderboard without ranks reads nothing that only they need', async () => {
    const board = (fields: string) =>
      statements(
        `query ($first: Int!) { leaderboard(lab: "demo", first: $first) { edges { cursor node { ${fields} scores { top1 } } } } }`,
        50,
      );
    const bare = await board('bestIngredient');
    const ranked = await board('rank rankInterval { best } versusBest { difference }');
    // A verb of its own, however many of the fields and rows: what may be read, the benchmark, its best scores, and comparing them.
    expect(ranked.count - bare.count).toBeGreaterThanOrEqual(4);
    expect(ranked.count - bare.count).toBeLessThanOrEqual(9);
  });
});
