import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { exampleRecipe, seedWorld, type World } from '../testing/index.js';

let world: World;
beforeAll(async () => {
  world = await seedWorld();
});
afterAll(() => world.drop());

test('the best ingredient is one of each repeat of a run, and one of the lab', async () => {
  const lab = await world.lab('repeated');
  const run = await lab.submit(exampleRecipe().replace('\ndatasets:', '\nrepeats: 2\ndatasets:'));
  const best: Record<string, number> = { 'ft-01': 0.9, 'ft-02@2': 0.8 };
  await run.cook(await world.worker('host'), { top1: (step) => best[step.split('/').at(-1) ?? ''] ?? 0.5 });
  const flagged = async (filter: { run?: string }) => {
    const input = { lab: lab.slug, first: 100, ...filter };
    const { edges } = await domain.leaderboard.list({ ctx: world.system, input });
    return edges.flatMap(({ node }) => (node.bestIngredient ? [node.model.name] : [])).sort();
  };
  // That of the second repeat is no better than one of the first, and is what its soups would have to beat.
  expect(await flagged({ run: run.id })).toEqual(['ft-01', 'ft-02@2']);
  expect(await flagged({})).toEqual(['ft-01']);
});
