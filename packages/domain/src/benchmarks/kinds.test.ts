import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { exampleRecipe, hashed, rankedBoard, seedWorld, type World } from '../testing/index.js';

let world: World;

/** The example, scored by features too, with a model that was trained without labels and never since. */
const recipe = exampleRecipe()
  .replace('benchmarks:\n', 'benchmarks:\n  search: { kind: retrieval, split: digits/test, reference: digits/train }\n')
  .replace(
    'ingredients:\n',
    `ingredients:
  - name: mae
    algorithm: mae
    split: digits/unlabeled
    space: { epochs: 1, batch: 8, lr: 1.0e-4, weight_decay: 0.01, mask: 0.75, decoder: { dim: 16, depth: 1, heads: 2 } }
`,
  )
  .replace('report: [test', 'report: [search, test');

beforeAll(async () => {
  world = await seedWorld();
  const lab = await world.lab('kinds');
  const run = await lab.submit(recipe);
  await run.cook(await world.worker('kinds'), { top1: (model, benchmark) => hashed(`${model} ${benchmark}`) });
});
afterAll(() => world.drop());

test('a benchmark is recorded with what it measures, and orders models by its own number', async () => {
  const benchmarks = await domain.benchmarks.list({ ctx: world.system, input: { lab: 'kinds' } });
  expect(
    Object.fromEntries(benchmarks.map(({ name, headline, protocolName }) => [name, [headline, protocolName]])),
  ).toEqual({
    corruptions: ['top1', 'mnist-c'],
    search: ['meanAveragePrecision', 'retrieval-1'],
    selection: ['top1', null],
    test: ['top1', null],
  });
  const search = benchmarks.find(({ name }) => name === 'search')?.id ?? '';
  const input = { lab: 'kinds', orderBy: { field: 'benchmark' as const, benchmark: search } };
  const board = await rankedBoard({ ctx: world.system, input });
  const values = board.edges.map(({ node }) => node.scores[board.columns.findIndex(({ id }) => id === search)]);
  const found = values.flatMap((score) => (score?.headline?.value == null ? [] : [score.headline.value]));
  expect(found.length).toBeGreaterThan(4);
  expect(found).toEqual([...found].sort((a, b) => b - a));
  const names = board.edges.map(({ node }) => node.model.name);
  // A model without a head has a rank by its features; an ensemble has none.
  const headless = board.edges.find(({ node }) => node.model.name === 'mae-00')?.node;
  expect(headless?.rank).toBeGreaterThan(0);
  expect(headless?.scores.filter((score) => score !== null)).toHaveLength(1);
  expect(board.edges.find(({ node }) => node.model.name === 'ft-ensemble')?.node.rank).toBeNull();
  expect(names).toContain('uniform');
});
