import { type Context, labs, metrics, type Run, runs, steps } from '@stockpot/domain';
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
    const plan = await runs.steps({ ctx: server.system, input: { run: other.id } });
    const stock = plan.find(({ stepId }) => stepId === 'stock');
    await steps.begin({ ctx: worker, input: { runId: other.id, stepId: 'stock', key: 'a'.repeat(64) } });
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
