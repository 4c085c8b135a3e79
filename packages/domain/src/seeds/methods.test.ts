import { countStatements } from '@stockpot/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../index.js';
import { exampleRecipe, type SeedLab, type SeedWorker, seedWorld, type World } from '../testing/index.js';
import { bestIngredients } from './best-ingredients.js';
import { seedsOf } from './repeats.js';

let world: World;
let worker: SeedWorker;
beforeAll(async () => {
  world = await seedWorld();
  worker = await world.worker('host');
});
afterAll(() => world.drop());

const repeated = (repeats: number | string, recipe = exampleRecipe()) =>
  recipe.replace('\ndatasets:', `\nrepeats: ${repeats}\ndatasets:`);
const constant = (seed: number) =>
  exampleRecipe()
    .replace('lr: { loguniform: [1.0e-4, 2.0e-3] }', 'lr: 1.0e-3')
    .replace('    seed: 5', `    seed: ${seed}`);

/** By step and benchmark; everything else scores 0.5. */
type Table = Record<string, Record<string, number>>;
const scored = (table: Table) => ({
  top1: (step: string, benchmark: string) => table[step.split('/').at(-1) ?? '']?.[benchmark] ?? 0.5,
});

async function methods(lab: SeedLab, versus?: string) {
  const found = await domain.seeds.methods({ ctx: world.system, input: { lab: lab.slug, versus: versus ?? null } });
  const columns = await domain.benchmarks.list({ ctx: world.system, input: { lab: lab.slug } });
  const idOf = (name: string) => columns.find((column) => column.name === name)?.id;
  return {
    names: found.map(({ name }) => name),
    of: (name: string) => found.find((method) => method.name === name),
    score: (name: string, benchmark: string) =>
      found.find((method) => method.name === name)?.scores.find(({ benchmarkId }) => benchmarkId === idOf(benchmark)),
    difference: (name: string, benchmark: string) =>
      found
        .find((method) => method.name === name)
        ?.differences.find(({ benchmarkId }) => benchmarkId === idOf(benchmark)),
  };
}

async function modelNamed(lab: SeedLab, name: string): Promise<string> {
  const { edges } = await domain.leaderboard.list({ ctx: world.system, input: { lab: lab.slug, first: 200 } });
  return edges.find(({ node }) => node.model.name === name)?.node.model.id ?? '';
}

/** Three repeats: greedy gains 0.02, 0.03 and 0.04 over uniform, which swings much more from seed to seed. */
const table: Table = {
  uniform: { test: 0.7 },
  'uniform@2': { test: 0.8 },
  'uniform@3': { test: 0.9 },
  greedy: { test: 0.72, selection: 0.9 },
  'greedy@2': { test: 0.83, selection: 0.95 },
  'greedy@3': { test: 0.94, selection: 0.975 },
  // Of each repeat another ingredient is the best on the selection split, and none of them on the test split.
  'ft-00': { selection: 0.8, test: 0.6 },
  'ft-01@2': { selection: 0.8, test: 0.62 },
  'ft-02@3': { selection: 0.8, test: 0.64 },
};

describe('a recipe with three repeats', () => {
  let lab: SeedLab;
  beforeAll(async () => {
    lab = await world.lab('three');
    await (await lab.submit(repeated(3))).cook(worker, scored(table));
  });

  test('has each method once, over its seeds, with n; the interval is Student’s of three', async () => {
    const { names, of, score } = await methods(lab);
    expect(names).toEqual(['greedy', 'uniform', 'best of 3', 'ft-ensemble']);
    expect(of('greedy')).toMatchObject({ kind: 'soup', repeats: 3, chosenFrom: null });
    expect(of('greedy')?.models).toHaveLength(3);
    // Deviation 0.1; t of two degrees at 97.5 % is 4.302653, over √3.
    const uniform = score('uniform', 'test');
    expect(uniform).toMatchObject({ n: 3, mean: expect.closeTo(0.8, 12), sd: expect.closeTo(0.1, 12), spent: false });
    expect(uniform?.interval?.low).toBeCloseTo(0.8 - 0.248413771, 8);
    // A share ends at 1.
    expect(uniform?.interval?.high).toBe(1);
    expect(uniform?.metric.name).toBe('top1');
  });

  test('names the best ingredient in each repeat for itself, by its selection score', async () => {
    const { of, score } = await methods(lab);
    expect(of('best of 3')).toMatchObject({ kind: 'ingredient', chosenFrom: 3, repeats: 3 });
    const names = await domain.models.many({
      ctx: world.system,
      input: { lab: 'three', ids: [...(of('best of 3')?.models ?? [])] },
    });
    expect(names.map(({ name }) => name).sort()).toEqual(['ft-00', 'ft-01@2', 'ft-02@3']);
    expect(score('best of 3', 'test')).toMatchObject({ n: 3, mean: expect.closeTo(0.62, 12), spent: false });
  });

  test('labels what was chosen on a benchmark, the best ingredient too, and never orders by it', async () => {
    const { score } = await methods(lab);
    expect(score('greedy', 'selection')?.spent).toBe(true);
    expect(score('best of 3', 'selection')?.spent).toBe(true);
    expect(score('uniform', 'selection')?.spent).toBe(false);
  });

  test('tells what one has over another, paired by seeds: what a seed does to both alike cancels', async () => {
    const { names, of, difference } = await methods(lab, await modelNamed(lab, 'greedy@2'));
    expect(names[0]).toBe('greedy');
    expect(of('greedy')?.differences).toEqual([]);
    const found = difference('uniform', 'test');
    // 0.02, 0.03, 0.04: deviation 0.01. The means themselves could not be told apart, their intervals are ten times as wide.
    expect(found).toMatchObject({ n: 3, difference: expect.closeTo(0.03, 12), sd: expect.closeTo(0.01, 12) });
    expect(found?.interval?.low).toBeCloseTo(0.03 - 0.0248413771, 9);
    expect(found?.interval?.high).toBeCloseTo(0.03 + 0.0248413771, 9);
    // t = 0.03/(0.01/√3) = 3√3 with two degrees: P(|T| > t) = 1 − t/√(2 + t²).
    expect(found?.p).toBeCloseTo(1 - Math.sqrt(27 / 29), 10);
    // Holm's adjustment never makes one smaller, and each is compared with eight others here.
    expect(found?.adjustedP).toBeGreaterThan(found?.p ?? 1);
    expect(difference('best of 3', 'test')?.difference).toBeCloseTo((0.12 + 0.21 + 0.3) / 3, 12);
    expect(difference('best of 3', 'selection')?.spent).toBe(true);
  });

  test('cooked again it is no second observation; one repeat more is one observation more', async () => {
    await (await lab.submit(repeated(3).replace('name: example', 'name: again'))).cook(worker, scored(table));
    expect((await methods(lab)).of('greedy')?.repeats).toBe(3);
    await (await lab.submit(repeated(4))).cook(worker, scored(table));
    const { of, score } = await methods(lab);
    expect(of('greedy')?.repeats).toBe(4);
    expect(score('uniform', 'test')).toMatchObject({ n: 4, mean: expect.closeTo((0.7 + 0.8 + 0.9 + 0.5) / 4, 12) });
  });

  test('costs the same number of statements however many repeats there are', async () => {
    const cost = async () => {
      const { db, statements } = countStatements(world.db);
      await domain.seeds.methods({ ctx: { ...world.system, db }, input: { lab: lab.slug, versus: null } });
      return statements();
    };
    const before = await cost();
    await (await lab.submit(repeated(6))).cook(worker, scored(table));
    expect(await cost()).toBe(before);
  });
});

test('two repeats have a mean and no interval; one is no method over seeds', async () => {
  const two = await world.lab('two');
  await (await two.submit(repeated(2))).cook(worker, scored(table));
  const { score } = await methods(two, await modelNamed(two, 'greedy'));
  expect(score('uniform', 'test')).toMatchObject({ n: 2, mean: expect.closeTo(0.75, 12), interval: null });
  const one = await world.lab('one');
  await (await one.submit()).cook(worker, scored(table));
  expect((await methods(one)).names).toEqual([]);
  expect((await methods(one, await modelNamed(one, 'greedy'))).names).toEqual([]);
});

test('recipes that differ in training seeds and names alone are one method, whoever wrote them', async () => {
  const lab = await world.lab('by-hand');
  for (const [seed, name] of [
    [5, 'greedy'],
    [6, 'chosen'],
    [7, 'third'],
  ] as const) {
    const recipe = constant(seed).replace('  greedy: {', `  ${name}: {`);
    await (await lab.submit(recipe)).cook(worker);
  }
  const { of } = await methods(lab);
  // Called by its newest name.
  expect(of('third')?.repeats).toBe(3);
  expect(of('uniform')?.repeats).toBe(3);
  // Of these ingredients, which differ in the seed alone, each is an observation of its own.
  const { edges } = await domain.ingredients.list({ ctx: world.system, input: { lab: 'by-hand', first: 1 } });
  const ids = edges.map(({ node }) => node.id);
  const [group] = await domain.seeds.groups({ ctx: world.system, input: { lab: 'by-hand', ids } });
  expect(group?.models).toHaveLength(9);
});

test('another rule, another head, other splits, another stock are other methods', async () => {
  const lab = await world.lab('others');
  const recipes = [
    constant(5),
    constant(6).replace("accept: '>='", "accept: '>'"),
    constant(7).replace('split: digits/train, epochs: 1', 'split: digits/train, epochs: 2'),
    constant(8).replace('from: train, count: 120', 'from: train, count: 110'),
    constant(9).replace('mask: 0.75', 'mask: 0.5'),
  ];
  expect(new Set(recipes).size).toBe(recipes.length);
  for (const recipe of recipes) await (await lab.submit(recipe)).cook(worker);
  const { names, of } = await methods(lab);
  // The rule of greedy is nothing to uniform, nor to the ensemble: of them there are two with other seeds.
  expect(names.sort()).toEqual(['best of 3', 'ft-ensemble', 'uniform']);
  expect(of('uniform')?.repeats).toBe(2);
  // Nor are trainings from another head, on other data, from another stock, seeds of each other.
  const { edges } = await domain.ingredients.list({ ctx: world.system, input: { lab: 'others', first: 100 } });
  const ids = edges.map(({ node }) => node.id);
  const groups = await domain.seeds.groups({ ctx: world.system, input: { lab: 'others', ids } });
  expect(groups.map(({ models }) => models.length).sort()).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3, 6, 6, 6, 6, 6, 6]);
});

test('beside what was chosen on a benchmark stands the ingredient that is best there, for ensembles as for soups', async () => {
  const lab = await world.lab('two-selections');
  const recipe = exampleRecipe()
    .replace(/^( +)selection: \{ role.*$/m, '$&\n$1other: { role: selection, from: train, count: 30 }')
    .replace(/^benchmarks:$/m, '$&\n  other: { split: digits/other }')
    .replace(/^ +greedy: .*$/m, '$&\n  second: { method: greedy, ingredients: [ft], select: other }')
    .replace('baselines: [ensemble, best]', 'baselines: [greedy-ensemble]');
  await (await lab.submit(recipe)).cook(worker, scored({ 'ft-01': { selection: 0.9 }, 'ft-02': { other: 0.9 } }));
  const chosen = [
    ...(await domain.models.list({ ctx: world.system, input: { lab: lab.slug, kind: 'ensemble' } })).edges,
    ...(await domain.models.list({ ctx: world.system, input: { lab: lab.slug, kind: 'soup' } })).edges,
  ].map(({ node }) => node);
  const best = await world.db.drizzle.transaction((tx) =>
    bestIngredients(
      tx,
      lab.id,
      chosen.map(({ id }) => id),
    ),
  );
  const ids = { selection: await modelNamed(lab, 'ft-01'), other: await modelNamed(lab, 'ft-02') };
  const columns = await domain.benchmarks.list({ ctx: world.system, input: { lab: lab.slug } });
  const found = chosen.flatMap((model) => {
    if (model.kind !== 'ensemble' && model.kind !== 'soup') return [];
    const by = columns.find(({ id }) => id === model.selectionBenchmarkId)?.name;
    return by === 'selection' || by === 'other' ? [[model.kind, by, best.get(model.id)?.modelId === ids[by]]] : [];
  });
  expect(found.toSorted()).toEqual([
    ['ensemble', 'other', true],
    ['ensemble', 'selection', true],
    ['soup', 'other', true],
    ['soup', 'selection', true],
  ]);
});

test('another lab sees none of it, and asks in vain for a model of this one', async () => {
  const mine = await world.lab('mine');
  const run = await mine.submit(repeated(2));
  await run.cook(worker);
  const foreign = await world.lab('foreign');
  expect((await methods(foreign)).names).toEqual([]);
  expect((await methods(foreign, await modelNamed(mine, 'greedy'))).names).toEqual([]);
});

test('hyperparameters that are drawn anew make another method of it, and no seeds of one training', async () => {
  const lab = await world.lab('drawn-anew');
  await (await lab.submit(repeated(2))).cook(worker);
  await (await lab.submit(repeated('{ count: 3, redraw: [hyperparameters] }'))).cook(worker);
  const found = await domain.seeds.methods({ ctx: world.system, input: { lab: lab.slug, versus: null } });
  // The first repeat of both is the same models.
  expect(found.flatMap(({ name, repeats }) => (name === 'greedy' ? [repeats] : [])).sort()).toEqual([2, 3]);
  const [group] = await domain.seeds.groups({
    ctx: world.system,
    input: { lab: lab.slug, ids: [await modelNamed(lab, 'ft-00')] },
  });
  expect(group?.models).toHaveLength(2);
});

test('seeds are told apart by what was made with them', () => {
  const made = (modelId: string, runId: string, repeat = 1) => ({ modelId, runId, repeat });
  const seeds = seedsOf([
    made('a', 'first'),
    made('b', 'first'),
    made('c', 'first', 2),
    // Cooked again, with a soup more: the same seeds.
    made('a', 'second'),
    made('d', 'second'),
    made('e', 'third'),
  ]);
  expect(seeds.get('a')).toBe(seeds.get('b'));
  expect(seeds.get('d')).toBe(seeds.get('b'));
  expect(new Set(['a', 'c', 'e'].map((id) => seeds.get(id))).size).toBe(3);
});
