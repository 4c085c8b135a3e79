import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { seedWorld, type World } from '../testing/index.js';

/** The example, with one training without labels on half of a shift, and both halves judged on. */
const recipe = readFileSync(new URL('../../../../examples/recipes/self-soup.yaml', import.meta.url), 'utf8')
  .replace(
    '      test: {',
    '      even: { role: shift, from: test, count: 100 }\n      odd: { role: shift, from: test, count: 100 }\n      test: {',
  )
  .replace('    algorithm: mocov3\n    split: mnist/unlabeled', '    algorithm: mocov3\n    split: mnist/even')
  .replace('batch: 128 }\n  - name: mmcr', 'batch: 32 }\n  - name: mmcr')
  .replace('  test: { split: mnist/test }', '  test: { split: mnist/even }\n  other: { split: mnist/odd }')
  .replace('report: [test,', 'report: [test, other,');

let world: World;
beforeAll(async () => {
  world = await seedWorld();
});
afterAll(() => world.drop());

test('what a model saw without labels stands beside its scores: joint, disjoint, or nothing', async () => {
  const lab = await world.lab('transductive');
  await (await lab.submit(recipe)).cook(await world.worker('host-0'));
  const { edges, columns } = await domain.leaderboard.list({
    ctx: world.system,
    input: { lab: 'transductive', first: 200 },
  });
  const seen = (name: string) => {
    const row = edges.find(({ node }) => node.model.name === name)?.node;
    return ['test', 'other'].map((on) => row?.scores[columns.findIndex((column) => column.name === on)]?.transduction);
  };
  expect(seen('self-moco-00-00')).toEqual(['joint', 'disjoint']);
  expect(seen('self-soup')).toEqual(['joint', 'disjoint']);
  expect(seen('continued-mae-00-00')).toEqual([null, null]);
  const soup = edges.find(({ node }) => node.model.name === 'self-soup')?.node.model.id ?? '';
  const scored = await domain.evaluations.forModel({ ctx: world.system, input: { model: soup } });
  const joint = scored.filter(({ transduction }) => transduction === 'joint').map(({ benchmarkId }) => benchmarkId);
  expect(joint).toContain(columns.find(({ name }) => name === 'test')?.id);
});
