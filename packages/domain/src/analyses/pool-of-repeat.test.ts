import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { exampleRecipe, seedWorld, type World } from '../testing/index.js';
import { poolOfRepeat } from './pool-of-repeat.js';

let world: World;
beforeAll(async () => {
  world = await seedWorld();
});
afterAll(() => world.drop());

test('each repeat of a run has a pool of its own, never that of another', async () => {
  const lab = await world.lab('repeated');
  const run = await lab.submit(exampleRecipe().replace('\ndatasets:', '\nrepeats: 2\ndatasets:'));
  await run.cook(await world.worker('host'));
  const steps = await domain.runs.steps({ ctx: world.system, input: { run: run.id } });
  const named = async (repeat: number) => {
    const ids = poolOfRepeat(steps, repeat);
    return (await domain.models.many({ ctx: world.system, input: { lab: lab.slug, ids } })).map(({ name }) => name);
  };
  expect((await named(1)).sort()).toEqual(['ft-00', 'ft-01', 'ft-02']);
  expect((await named(2)).sort()).toEqual(['ft-00@2', 'ft-01@2', 'ft-02@2']);
  expect(poolOfRepeat(steps, 3)).toEqual([]);
});

test('what no seed reaches is in the pool of every repeat; one that was aligned, and one that failed, in none', () => {
  const step = (name: string, repeat: number, modelId: string | null, kind: domain.Step['kind'] = 'finetune') => ({
    stepId: `ingredients/${name}`,
    ...{ kind, repeat, modelId },
    makes: { type: 'model', model: 'ingredient', name, parents: [] } satisfies domain.Step['makes'],
  });
  const steps = [
    step('given', 1, 'given', 'import'),
    step('ft', 1, 'first'),
    step('aligned', 1, 'aligned', 'align'),
    step('ft@2', 2, 'second'),
    step('ft@3', 3, null),
  ];
  expect(poolOfRepeat(steps, 1)).toEqual(['given', 'first']);
  expect(poolOfRepeat(steps, 2)).toEqual(['given', 'second']);
  // Not the one of the first repeat in its place.
  expect(poolOfRepeat(steps, 3)).toEqual(['given']);
});
