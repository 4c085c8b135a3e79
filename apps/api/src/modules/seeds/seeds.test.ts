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
