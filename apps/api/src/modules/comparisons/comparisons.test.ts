import { labs } from '@stockpot/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../testing/client.js';
import { cook, hireWorker, submit } from '../../testing/kitchen.js';
import { type TestServer, testServer } from '../../testing/server.js';

let server: TestServer;
let ids: Record<string, string>;
let benchmarks: Record<string, string>;
beforeAll(async () => {
  server = await testServer();
  const { system } = server;
  await labs.create({ ctx: system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
  await cook(system, await hireWorker(system), await submit(system, 'demo'));
  const { data } = await ask<{
    leaderboard: { columns: Named[]; edges: { node: { model: Named } }[] };
  }>(server.url, '{ leaderboard(lab: "demo") { columns { id name } edges { node { model { id name } } } } }');
  const byName = (all: Named[]) => Object.fromEntries(all.map(({ id, name }) => [name, id]));
  ids = byName(data.leaderboard.edges.map(({ node }) => node.model));
  benchmarks = byName(data.leaderboard.columns);
});
afterAll(() => server.stop());

interface Named {
  readonly id: string;
  readonly name: string;
}

const FIELDS =
  'benchmark { name } first { name } second { name } n versions firstTop1 secondTop1 difference low high p adjustedP test both onlyFirst onlySecond neither disagreement errorCorrelation kappa spent';

describe('two models', () => {
  const COMPARISON = `query ($benchmark: ID!, $first: ID!, $second: ID!) {
    comparison(benchmark: $benchmark, first: $first, second: $second) { ${FIELDS} }
  }`;

  it('are compared on a benchmark: counts, difference, test and how they err', async () => {
    const variables = { benchmark: benchmarks.test, first: ids.greedy, second: ids['ft-00'] };
    const { data, errors } = await ask<{ comparison: unknown }>(server.url, COMPARISON, variables);
    expect(errors).toEqual([]);
    // 452 and 440 right of 500; the kitchen's models are right on the first examples, so that 12 tell them apart.
    expect(data.comparison).toMatchObject({
      benchmark: { name: 'test' },
      first: { name: 'greedy' },
      second: { name: 'ft-00' },
      n: 500,
      versions: 1,
      firstTop1: 0.904,
      secondTop1: 0.88,
      difference: 0.024,
      test: 'MCNEMAR',
      p: expect.closeTo(2 * 0.5 ** 12, 12),
      adjustedP: expect.closeTo(2 * 0.5 ** 12, 12),
      both: 440,
      onlyFirst: 12,
      onlySecond: 0,
      neither: 48,
      disagreement: 0.024,
      spent: false,
    });
  });

  it('that are not there, or were not evaluated there, are null', async () => {
    for (const change of [{ first: 'soup_nothing' }, { benchmark: ids.greedy }, { second: benchmarks.test }]) {
      const variables = { benchmark: benchmarks.test, first: ids.greedy, second: ids['ft-00'], ...change };
      expect((await ask(server.url, COMPARISON, variables)).data).toEqual({ comparison: null });
    }
  });
});

describe('a model beside others', () => {
  const BESIDE = `query ($id: ID!, $others: [ID!]!) { model(id: $id) { comparedWith(models: $others) { ${FIELDS} } } }`;
  interface Beside {
    model: {
      comparedWith: { second: Named; benchmark: Named; test: string; p: number; adjustedP: number; spent: boolean }[];
    };
  }

  it('is compared on all benchmarks that both know, with p-values adjusted together', async () => {
    const variables = { id: ids.greedy, others: [ids['ft-00'], ids.base, ids.greedy, 'soup_nothing'] };
    const { data, errors } = await ask<Beside>(server.url, BESIDE, variables);
    expect(errors).toEqual([]);
    const found = data.model.comparedWith;
    expect(found.map(({ second, benchmark, test }) => `${second.name} ${benchmark.name} ${test}`).sort()).toEqual([
      'base corruptions PAIRED_T',
      'base selection MCNEMAR',
      'base test MCNEMAR',
      'ft-00 corruptions PAIRED_T',
      'ft-00 selection MCNEMAR',
      'ft-00 test MCNEMAR',
    ]);
    expect(found.filter(({ spent }) => spent).map(({ benchmark }) => benchmark.name)).toEqual([
      'selection',
      'selection',
    ]);
    for (const { p, adjustedP } of found) {
      expect(adjustedP).toBeGreaterThanOrEqual(p);
      expect(adjustedP).toBeLessThanOrEqual(1);
    }
    expect(Math.min(...found.map(({ adjustedP, p }) => adjustedP / p))).toBe(1);
  });

  it('refuses a crowd with a sentence', async () => {
    const others = Array.from({ length: 21 }, (_, i) => `soup_${i}`);
    const { errors } = await ask(server.url, BESIDE, { id: ids.greedy, others });
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_INPUT', advice: 'Ask for fewer models.' } });
  });
});

it('the board says how its ranks came about, and refuses to rank by what models were chosen on', async () => {
  const BOARD = `query ($orderBy: LeaderboardOrder) { leaderboard(lab: "demo", orderBy: $orderBy) {
    ranking { method models alpha best refusal }
    edges { node { model { name } rank rankInterval { best worst } versusBest { difference adjustedP significant } } }
  } }`;
  interface Board {
    leaderboard: { ranking: unknown; edges: { node: Record<string, unknown> }[] };
  }
  const { data } = await ask<Board>(server.url, BOARD);
  expect(data.leaderboard.ranking).toEqual({
    method: 'PAIRED',
    models: 6,
    alpha: 0.05,
    best: ids['ft-ensemble'],
    refusal: null,
  });
  // 455 and 452 right of 500: three examples apart, which is no evidence. The next has 445: seven, all one way, 2 · ½⁷ = 0.016, of
  // which only two of the fifteen pairs have less to show, so that Holm makes 0.047 of it.
  expect(data.leaderboard.edges[1]?.node).toMatchObject({
    model: { name: 'greedy' },
    rank: 2,
    rankInterval: { best: 1, worst: 2 },
    versusBest: { difference: expect.closeTo(-0.006, 12), significant: false },
  });
  const orderBy = { benchmark: benchmarks.selection };
  const refused = await ask<Board>(server.url, BOARD, { orderBy });
  expect(refused.data.leaderboard.ranking).toMatchObject({
    method: null,
    refusal: expect.stringMatching(/^Models are chosen by their scores on selection, so .* ranks nobody\.$/),
  });
  expect(refused.data.leaderboard.edges.every(({ node }) => node.rankInterval === null)).toBe(true);
});
