import { type Context, labs, metrics, type Run, runs } from '@stockpot/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../testing/client.js';
import { cook, hireWorker, submit } from '../testing/kitchen.js';
import { recipeText } from '../testing/recipe.js';
import { type Credentials, type TestServer, testServer } from '../testing/server.js';

interface Edge<Node> {
  cursor: string;
  node: Node;
}

let server: TestServer;
let worker: Context;
let run: Run;
let owner: Credentials;
const query = <Data = unknown>(text: string, variables: Record<string, unknown> = {}, credentials: Credentials = {}) =>
  ask<Data>(server.url, text, variables, credentials);

beforeAll(async () => {
  server = await testServer();
  const { system } = server;
  await labs.create({ ctx: system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
  const ada = await server.signUp('ada');
  owner = ada.credentials;
  await labs.setMember({ ctx: system, input: { lab: 'demo', userId: ada.userId, role: 'owner' } });
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
    id name kind method parameters acceptRule stepKey parameterCount lab { slug } run { name }
    artifact { hash bytes mediaType }
    selection { name role n }
    coefficients { coefficient ingredient { name kind } }
    trace { round score best accepted n candidate { name } }
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
        { round: 1, score: 0.87, best: 0.88, accepted: false, n: 200, candidate: { name: 'ft-01' } },
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

describe('what is around a soup', () => {
  it('datasets and benchmarks with their roles', async () => {
    const { data } = await query(`{
      datasets(lab: "demo") { name classes image splits { name role n } }
      benchmarks(lab: "demo") { name role n corruptions severities split { name dataset { name } } }
    }`);
    expect(data).toMatchObject({
      datasets: [
        {
          name: 'digits',
          classes: 10,
          image: [1, 28, 28],
          splits: expect.arrayContaining([{ name: 'selection', role: 'SELECTION', n: 200 }]),
        },
      ],
      benchmarks: expect.arrayContaining([
        {
          name: 'corruptions',
          role: 'TEST',
          n: 20,
          corruptions: ['fog', 'blur'],
          severities: [1, 5],
          split: { name: 'test', dataset: { name: 'digits' } },
        },
      ]),
    });
  });

  it('ingredients, newest first', async () => {
    const { data } = await query<{ ingredients: { edges: Edge<{ name: string }>[] } }>(
      '{ ingredients(lab: "demo", first: 1) { totalCount pageInfo { hasNextPage } edges { cursor node { name __typename } } } }',
    );
    expect(data).toMatchObject({
      ingredients: {
        totalCount: 2,
        pageInfo: { hasNextPage: true },
        edges: [{ node: { name: 'ft-01', __typename: 'Ingredient' } }],
      },
    });
  });

  it('the lineage, from one model and of a lab or a run', async () => {
    type Graph = {
      nodes: { id: string; name: string }[];
      edges: { parent: string; child: string; coefficient: number | null }[];
    };
    const { data } = await query<{ labLineage: Graph; ofRun: Graph }>(
      'query ($run: ID!) { labLineage(lab: "demo") { nodes { id name } edges { parent child coefficient } } ofRun: labLineage(lab: "demo", run: $run) { nodes { name } } }',
      { run: run.id },
    );
    const { nodes, edges } = data.labLineage;
    expect(nodes).toHaveLength(6);
    expect(data.ofRun.nodes).toHaveLength(6);
    const name = (id: string) => nodes.find((node) => node.id === id)?.name;
    expect(edges.map((edge) => `${name(edge.parent)} → ${name(edge.child)} ${edge.coefficient}`).sort()).toEqual([
      'base → ft-00 null',
      'base → ft-01 null',
      'ft-00 → ft-ensemble 0.5',
      'ft-00 → greedy 1',
      'ft-00 → uniform 0.5',
      'ft-01 → ft-ensemble 0.5',
      'ft-01 → greedy 0',
      'ft-01 → uniform 0.5',
    ]);
    const base = nodes.find((node) => node.name === 'base')?.id;
    const near = await query<{ lineage: Graph }>(
      'query ($id: ID!) { lineage(model: $id, depth: 1) { nodes { id name } edges { parent } } }',
      { id: base },
    );
    expect(near.data.lineage.nodes.map((node) => node.name).sort()).toEqual(['base', 'ft-00', 'ft-01']);
  });

  it('the run with its steps in order, its counts and its recipe', async () => {
    const { data, errors } = await query<{ run: { steps: { id: string; stepId: string; dependsOn: string[] }[] } }>(
      `query ($id: ID!) { run(id: $id) {
        name status startedAt finishedAt error { message } lab { slug } recipe { name text }
        stepCounts { total waiting running succeeded reused failed cancelled }
        steps { id stepId kind title status dependsOn key attempts progress { done } error { name } series artifacts { output artifact { hash bytes } } model { name kind } }
      } runs(lab: "demo") { totalCount edges { cursor node { id steps { stepId } recipe { name } } } } }`,
      { id: run.id },
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      run: {
        name: 'story',
        status: 'SUCCEEDED',
        recipe: { name: 'story', text: recipeText() },
        stepCounts: { total: 29, succeeded: 29, failed: 0 },
      },
      runs: { totalCount: 1 },
    });
    const seen = new Set<string>();
    for (const { stepId, dependsOn } of data.run.steps) {
      for (const before of dependsOn) expect(seen, `${stepId} comes after ${before}`).toContain(before);
      seen.add(stepId);
    }
    expect(data.run.steps).toContainEqual(
      expect.objectContaining({
        stepId: 'soups/greedy',
        kind: 'SOUP',
        status: 'SUCCEEDED',
        attempts: 1,
        model: { name: 'greedy', kind: 'SOUP' },
      }),
    );
  });

  it('curves as two columns; a diverged point is null; long ones are reduced but keep their extremes', async () => {
    const other = await submit(server.system, 'demo', 'curves', 18);
    await cook(server.system, worker, other, ({ stepId }) => stepId === 'datasets/digits');
    const steps = await runs.steps({ ctx: server.system, input: { run: other.id } });
    const stock = steps.find(({ stepId }) => stepId === 'stock');
    const { begin } = await import('@stockpot/domain').then((domain) => domain.steps);
    await begin({ ctx: worker, input: { runId: other.id, stepId: 'stock', key: 'a'.repeat(64) } });
    const values = Array.from({ length: 5_000 }, (_, i) => (i === 2_500 ? 99 : 1 / (i + 1)));
    const append = (series: string, points: number[]) =>
      metrics.append({
        ctx: worker,
        input: { runId: other.id, stepId: 'stock', series, attempt: 1, steps: points.map((_, i) => i), values: points },
      });
    await append('loss', values);
    await append('lr', [1, Number.NaN, Number.POSITIVE_INFINITY, 2]);
    const { data, errors } = await query<{
      metricSeries: {
        series: string;
        steps: number[];
        values: (number | null)[];
        points: number;
        downsampled: boolean;
      }[];
    }>(
      'query ($step: ID!) { metricSeries(step: $step, series: ["loss", "lr", "none"], maxPoints: 100) { step series steps values points downsampled } }',
      { step: stock?.id },
    );
    expect(errors).toEqual([]);
    const [loss, lr, none] = data.metricSeries;
    expect(loss).toMatchObject({ series: 'loss', points: 5_000, downsampled: true });
    expect(loss?.steps.length).toBeLessThanOrEqual(100);
    expect(loss?.values).toContain(99);
    expect(lr).toMatchObject({ steps: [0, 1, 2, 3], values: [1, null, null, 2], points: 4, downsampled: false });
    expect(none).toMatchObject({ series: 'none', steps: [], values: [], points: 0 });
  });
});

describe('changing things', () => {
  const SUBMIT = `mutation ($input: SubmitRecipeInput!) { submitRecipe(input: $input) {
    __typename ... on RunSubmitted { run { id status stepCounts { total waiting } } } ... on RecipeRefused { message issues { path message } } } }`;
  const CANCEL = `mutation ($run: ID!) { cancelRun(input: { run: $run }) {
    __typename ... on RunCancelRequested { run { status } } ... on CancelRefused { message advice } } }`;

  it('a recipe is queued, its run cancelled, and cancelling again is refused with a sentence', async () => {
    type Submitted = { submitRecipe: { run: { id: string } } };
    const { data, errors } = await query<Submitted>(
      SUBMIT,
      { input: { lab: 'demo', text: recipeText('mine') } },
      owner,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      submitRecipe: { __typename: 'RunSubmitted', run: { status: 'QUEUED', stepCounts: { total: 29, waiting: 29 } } },
    });
    const variables = { run: data.submitRecipe.run.id };
    expect((await query(CANCEL, variables, owner)).data).toMatchObject({
      cancelRun: { __typename: 'RunCancelRequested', run: { status: 'CANCELLED' } },
    });
    expect((await query(CANCEL, variables, owner)).data).toMatchObject({
      cancelRun: {
        __typename: 'CancelRefused',
        message: expect.stringMatching(/\.$/),
        advice: expect.stringMatching(/\.$/),
      },
    });
  });

  it('a recipe with mistakes is refused with each of them and stores nothing', async () => {
    const before = (await query<{ runs: { totalCount: number } }>('{ runs(lab: "demo") { totalCount } }')).data.runs
      .totalCount;
    const text = recipeText()
      .replace('report: [test, corruptions]', 'report: [selection]')
      .replace('seed: 5', 'seed: five');
    const { data } = await query<{ submitRecipe: { issues: { path: string; message: string }[] } }>(
      SUBMIT,
      { input: { lab: 'demo', text } },
      owner,
    );
    expect(data).toMatchObject({ submitRecipe: { __typename: 'RecipeRefused', message: expect.stringMatching(/\w/) } });
    expect(data.submitRecipe.issues.map(({ path }) => path)).toContain('ingredients[0].seed');
    expect((await query(SUBMIT, { input: { lab: 'demo', text: ': {' } }, owner)).data).toMatchObject({
      submitRecipe: { __typename: 'RecipeRefused' },
    });
    expect(
      (await query<{ runs: { totalCount: number } }>('{ runs(lab: "demo") { totalCount } }')).data.runs.totalCount,
    ).toBe(before);
  });
});
