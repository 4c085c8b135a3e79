import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { exampleRecipe, fakeResult, type SeedLab, StepKeys, seedWorld, type World } from '../testing/index.js';

let world: World;
let lab: SeedLab;
beforeAll(async () => {
  world = await seedWorld();
  lab = await world.lab('pantry');
});
afterAll(() => world.drop());

test('a stock that was imported is recorded with the architecture that its checkpoint told', async () => {
  const recipe = exampleRecipe()
    .replace(/ {2}architecture: .*\n/, '')
    .replace(/ {2}pretrain: .*\n/, '  checkpoint: { path: ./vit }\n');
  const worker = await world.worker('importer');
  const { id: runId } = await lab.submit(recipe);
  const plan = await domain.runs.start({ ctx: worker.ctx, input: { runId } });
  const step = plan?.steps.find(({ id }) => id === 'stock');
  if (plan === null || step === undefined) throw new Error('The plan has no stock.');
  expect(step.kind).toBe('import');
  const key = new StepKeys(plan).of(step);
  const place = { runId, stepId: step.id, key };
  await domain.steps.begin({ ctx: worker.ctx, input: place });
  const done = { ...place, reused: false, ...fakeResult(plan, step, key) };
  expect(await domain.steps.complete({ ctx: worker.ctx, input: done })).toMatchObject({ committed: true });

  const { rows } = await world.db.pool.query('select architecture, hyperparameters from stocks where lab_id = $1', [
    lab.id,
  ]);
  expect(rows).toMatchObject([
    {
      architecture: { family: 'vit', dim: 16 },
      hyperparameters: { source: { path: './vit' }, sha256: null },
    },
  ]);
});
