import { labs, runs } from '@stockpot/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../../testing/client.js';
import { cook, hireWorker } from '../../testing/kitchen.js';
import { recipeText } from '../../testing/recipe.js';
import { type TestServer, testServer } from '../../testing/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  const { system } = server;
  await labs.create({ ctx: system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
  const text = recipeText()
    .replace('count: 2\n', 'count: 3\n')
    .replace('lr: { loguniform: [3.0e-4, 2.0e-3] }', 'lr: 1.0e-3')
    .replace('augmentation: { choice: [none, shift] }', 'augmentation: none');
  const run = await runs.submit({ ctx: system, input: { lab: 'demo', recipeText: text } });
  await cook(system, await hireWorker(system), run);
});
afterAll(() => server.stop());

it('ingredients that differ in the seed alone are aggregated, with n and an interval', async () => {
  interface Answer {
    ingredients: { edges: { node: { name: string; overSeeds: { models: unknown[]; scores: unknown[] } | null } }[] };
  }
  const { data, errors } = await ask<Answer>(
    server.url,
    `{ ingredients(lab: "demo") { edges { node { name ... on Ingredient {
       overSeeds { models { name } scores { benchmark { name } n mean sd low high spent } }
     } } } } }`,
  );
  expect(errors).toEqual([]);
  expect(data.ingredients.edges).toHaveLength(3);
  for (const { node } of data.ingredients.edges) {
    expect(node.overSeeds?.models).toHaveLength(3);
    // 440, 430 and 400 right of 500: mean 0.84667, deviation 0.04163, over √3 and times 4.302653.
    expect(node.overSeeds?.scores).toContainEqual({
      benchmark: { name: 'test' },
      n: 3,
      mean: expect.closeTo(1270 / 1500, 12),
      sd: expect.closeTo(0.0416333, 6),
      low: expect.closeTo(1270 / 1500 - 0.103422, 5),
      high: expect.closeTo(1270 / 1500 + 0.103422, 5),
      spent: false,
    });
  }
});

it('soups, ensembles and the best ingredient are aggregated over the repeats of a recipe, and compared by seeds', async () => {
  const { system } = server;
  await labs.create({ ctx: system, input: { slug: 'repeated', name: 'Repeated', visibility: 'public' } });
  const text = recipeText().replace('\ndatasets:', '\nrepeats: 3\ndatasets:');
  const run = await runs.submit({ ctx: system, input: { lab: 'repeated', recipeText: text } });
  await cook(system, await hireWorker(system), run);

  interface Board {
    leaderboard: { edges: { node: { model: { id: string; name: string }; scores: ({ top1: number } | null)[] } }[] };
    run: { steps: { stepId: string; repeat: number }[] };
  }
  const { data: board } = await ask<Board>(
    server.url,
    `{ leaderboard(lab: "repeated", first: 100) { edges { node { model { id name } scores { top1 } } } }
       run(id: "${run.id}") { steps { stepId repeat } } }`,
  );
  const rows = board.leaderboard.edges.map(({ node }) => node);
  const scoresOf = (name: string) =>
    rows.filter(({ model }) => model.name.split('@')[0] === name).map(({ scores }) => scores[0]?.top1 ?? 0);
  expect(scoresOf('greedy')).toHaveLength(3);
  for (const { stepId, repeat } of board.run.steps) {
    expect(repeat).toBe(Number(/@(\d)/.exec(stepId)?.[1] ?? '1'));
  }

  interface Method {
    name: string;
    kind: string;
    chosenFrom: number | null;
    repeats: number;
    models: { name: string }[];
    scores: { benchmark: { name: string }; metric: { name: string; unit: string }; n: number; mean: number }[];
    differences: { benchmark: { name: string }; n: number; difference: number; low: number | null; p: number | null }[];
  }
  const greedy = rows.find(({ model }) => model.name === 'greedy@2')?.model.id;
  const { data, errors } = await ask<{ methodsOverSeeds: Method[] }>(
    server.url,
    `{ methodsOverSeeds(lab: "repeated", versus: "${greedy}") { key name kind chosenFrom repeats models { name }
       scores { benchmark { name } metric { name unit } n mean sd low high spent }
       differences { benchmark { name } metric { name } n difference sd low high p spent } } }`,
  );
  expect(errors).toEqual([]);
  const [own, ...others] = data.methodsOverSeeds;
  expect(own).toMatchObject({ name: 'greedy', kind: 'SOUP', chosenFrom: null, repeats: 3, differences: [] });
  expect(own?.models.map(({ name }) => name).sort()).toEqual(['greedy', 'greedy@2', 'greedy@3']);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const test = own?.scores.find(({ benchmark }) => benchmark.name === 'test');
  expect(test).toMatchObject({
    n: 3,
    mean: expect.closeTo(mean(scoresOf('greedy')), 12),
    metric: { name: 'top1', unit: 'SHARE' },
  });
  expect(others.map(({ name }) => name)).toContain('uniform');
  expect(others.find(({ kind }) => kind === 'INGREDIENT')).toMatchObject({ chosenFrom: 2, repeats: 3 });
  const uniform = others
    .find(({ name }) => name === 'uniform')
    ?.differences.find(({ benchmark }) => benchmark.name === 'test');
  expect(uniform?.n).toBe(3);
  expect(uniform?.difference).toBeCloseTo(mean(scoresOf('greedy')) - mean(scoresOf('uniform')), 12);
});
