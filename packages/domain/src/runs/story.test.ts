import { afterAll, beforeAll, expect, test } from 'vitest';
import * as leaderboard from '../leaderboard/index.js';
import { seedWorld, type World } from '../testing/index.js';
import * as runs from './index.js';

let world: World;
beforeAll(async () => {
  world = await seedWorld();
});
afterAll(() => world.drop());

test('a recipe is submitted, cooked by a worker, and its soups are on the leaderboard', async () => {
  const lab = await world.lab('kitchen');
  const ada = await lab.person('member');
  const worker = await world.worker('host-0');
  const run = await lab.submit();
  await run.cook(worker);
  const done = await runs.get({ ctx: ada.ctx, input: { run: run.id } });
  expect(done.status).toBe('succeeded');
  expect(done.counts.succeeded).toBe(done.counts.total);
  const board = await leaderboard.list({ ctx: ada.ctx, input: { lab: 'kitchen' } });
  expect(board.columns.map((column) => column.name)).toEqual(['test', 'corruptions', 'selection']);
  console.log(
    board.edges.map(({ node }) => [
      node.rank,
      node.model.name,
      node.scores.map((s) => s?.top1),
      node.bestIngredient,
      node.forwardPasses,
    ]),
  );
});
