import { type Context, labs, type Run } from '@stockpot/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../testing/client.js';
import { cook, hireWorker, submit } from '../testing/kitchen.js';
import { type TestServer, testServer } from '../testing/server.js';

interface Edge<Node> {
  cursor: string;
  node: Node;
}

let server: TestServer;
let worker: Context;
let run: Run;
const query = <Data = unknown>(text: string, variables: Record<string, unknown> = {}) =>
  ask<Data>(server.url, text, variables);

beforeAll(async () => {
  server = await testServer();
  const { system } = server;
  await labs.create({ ctx: system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
  worker = await hireWorker(system);
  run = await submit(system, 'demo');
  await cook(system, worker, run);
});
afterAll(() => server.stop());

describe('the leaderboard', () => {
  const BOARD = `query ($orderBy: LeaderboardOrder, $filter: LeaderboardFilter, $first: Int! = 50, $after: String) {
    leaderboard(lab: "demo", orderBy: $orderBy, filter: $filter, first: $first, after: $after) {
      totalCount orderedBy
      columns { id name role n split { name role dataset { name classes image } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { rank bestIngredient forwardPasses model { name kind } scores { benchmark n top1 low high spent } } }
    }
  }`;
  interface Board {
    leaderboard: {
      totalCount: number;
      orderedBy: string | null;
      columns: { id: string; name: string; role: string }[];
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
      edges: Edge<{
        rank: number | null;
        model: { name: string; kind: string };
        scores: ({ benchmark: string; n: number; top1: number; low: number; high: number; spent: boolean } | null)[];
      }>[];
    };
  }

  it('ranks by the test benchmark and never by the selection split', async () => {
    const { data, errors } = await query<Board>(BOARD);
    expect(errors).toEqual([]);
    const { columns, edges, totalCount, orderedBy } = data.leaderboard;
    expect(columns.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'test TEST',
      'corruptions TEST',
      'selection SELECTION',
    ]);
    expect(orderedBy).toBe(columns[0]?.id);
    expect(totalCount).toBe(6);
    expect(edges.map(({ node }) => `${node.rank} ${node.model.name} ${node.model.kind}`)).toEqual([
      '1 ft-ensemble ENSEMBLE',
      '2 greedy SOUP',
      '3 uniform SOUP',
      '4 ft-00 INGREDIENT',
      '5 ft-01 INGREDIENT',
      '6 base STOCK',
    ]);
    for (const { node } of edges) {
      expect(node.scores.map((score) => score?.benchmark)).toEqual(columns.map(({ id }) => id));
      for (const score of node.scores) if (score) expect(score.low < score.top1 && score.top1 < score.high).toBe(true);
    }
    const greedy = edges[1]?.node;
    expect(greedy?.scores[0]).toMatchObject({ n: 500, top1: 0.904, spent: false });
    expect(greedy?.scores[2]?.spent).toBe(true);

    const selection = columns[2]?.id;
    const bySelection = await query<Board>(BOARD, { orderBy: { field: 'BENCHMARK', benchmark: selection } });
    expect(bySelection.data.leaderboard.edges.map(({ node }) => node.rank)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it.each(['BENCHMARK', 'NAME', 'CREATED_AT'])(
    'pages by %s, up and down, without repeating or skipping',
    async (field) => {
      for (const direction of ['ASC', 'DESC']) {
        const whole = await query<Board>(BOARD, { orderBy: { field, direction } });
        const names: string[] = [];
        let after: string | null = null;
        for (let page = 0; page < 4; page += 1) {
          const answer: Awaited<ReturnType<typeof query<Board>>> = await query<Board>(BOARD, {
            orderBy: { field, direction },
            first: 2,
            after,
          });
          const { edges, pageInfo } = answer.data.leaderboard;
          names.push(...edges.map(({ node }) => node.model.name));
          expect(pageInfo.hasPreviousPage).toBe(page > 0);
          after = pageInfo.endCursor;
          if (!pageInfo.hasNextPage) break;
        }
        expect(names).toEqual(whole.data.leaderboard.edges.map(({ node }) => node.model.name));
      }
    },
  );

  it('filters by kind, by a part of the name and by run; a % stands for itself', async () => {
    const names = async (filter: unknown) =>
      (await query<Board>(BOARD, { filter })).data.leaderboard.edges.map(({ node }) => node.model.name).sort();
    expect(await names({ kinds: ['SOUP', 'ENSEMBLE'] })).toEqual(['ft-ensemble', 'greedy', 'uniform']);
    expect(await names({ search: 'FT-0' })).toEqual(['ft-00', 'ft-01']);
    expect(await names({ search: '%' })).toEqual([]);
    expect(await names({ search: '") ; drop table labs --' })).toEqual([]);
    expect(await names({ run: run.id })).toHaveLength(6);
  });

  it('answers a forged or foreign cursor with a sentence', async () => {
    for (const after of ['x', Buffer.from('["test",1,"soup_1"]').toString('base64url'), '!'.repeat(900)]) {
      const { errors } = await query(BOARD, { after });
      expect(errors[0]?.extensions.code, after.slice(0, 20)).toBe('BAD_INPUT');
    }
  });
});

describe('a soup', () => {
  const SOUP = `query ($id: ID!) { soup(id: $id) {
    id name kind method methodTitle methodSource mixing parameters acceptRule stepKey parameterCount lab { slug } run { name }
    base { coefficient model { name } } effective { coefficient ingredient { name } } certificate { mediaType }
    artifact { hash bytes mediaType }
    selection { name role n }
    coefficients { coefficient ingredient { name kind } }
    trace { round turn removed cached members score best accepted n candidate { name } }
    parents { coefficient model { name ... on Ingredient { algorithm seed hyperparameters } } }
    children { model { name } }
    evaluations { n top1 top1Low top1High nll ece brier spent meanCorruptionError benchmark { name } cells { corruption severity n top1 } model { name } }
    stock { name architecture hyperparameters }
    ensemble { name }
  } }`;

  it('explains itself: coefficients, trace, parents, baselines', async () => {
    const page = await query<{ soups: { totalCount: number; edges: Edge<{ id: string; name: string }>[] } }>(
      '{ soups(lab: "demo") { totalCount edges { cursor node { id name } } } }',
    );
    expect(page.data.soups.totalCount).toBe(2);
    const id = page.data.soups.edges.find(({ node }) => node.name === 'greedy')?.node.id;
    const { data, errors } = await query<{ soup: Record<string, unknown> }>(SOUP, { id });
    expect(errors).toEqual([]);
    expect(data.soup).toMatchObject({
      name: 'greedy',
      kind: 'SOUP',
      method: 'greedy',
      methodTitle: 'Greedy soup',
      methodSource: expect.stringContaining('arXiv:2203.05482'),
      mixing: 'LINEAR',
      base: null,
      effective: [{ coefficient: 1, ingredient: { name: 'ft-00' } }],
      certificate: { mediaType: expect.any(String) },
      acceptRule: '>=',
      lab: { slug: 'demo' },
      run: { name: 'story' },
      artifact: { bytes: 1024, mediaType: 'application/vnd.safetensors' },
      selection: { name: 'selection', role: 'SELECTION', n: 200 },
      coefficients: [
        { coefficient: 1, ingredient: { name: 'ft-00', kind: 'INGREDIENT' } },
        { coefficient: 0, ingredient: { name: 'ft-01', kind: 'INGREDIENT' } },
      ],
      trace: [
        { round: 0, score: 0.88, best: 0.88, accepted: true, n: 200, candidate: { name: 'ft-00' } },
        {
          round: 1,
          turn: null,
          removed: false,
          cached: false,
          members: 1,
          score: 0.87,
          accepted: false,
          candidate: { name: 'ft-01' },
        },
      ],
      stock: { name: 'base', architecture: { family: 'vit' } },
      ensemble: { name: 'ft-ensemble' },
    });
    expect(data.soup.evaluations).toHaveLength(3);
    expect(data.soup.evaluations).toContainEqual(
      expect.objectContaining({
        benchmark: { name: 'corruptions' },
        meanCorruptionError: 0.35,
        cells: {
          corruption: ['fog', 'fog', 'blur', 'blur'],
          severity: [1, 5, 1, 5],
          n: [20, 20, 20, 20],
          top1: [0.9, 0.5, 0.8, 0.4],
        },
      }),
    );
    const again = await query<{ node: { id: string; __typename: string }; model: { id: string } }>(
      'query ($id: ID!) { node(id: $id) { id __typename } model(id: $id) { id } }',
      { id },
    );
    expect(again.data).toEqual({ node: { id, __typename: 'Soup' }, model: { id } });
  });
});
