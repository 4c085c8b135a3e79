import { enterLab, sql } from '@stockpot/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../context.js';
import { StockpotError } from '../errors.js';
import * as domain from '../index.js';
import { exampleRecipe, type SeedLab, seedWorld, type World } from '../testing/index.js';

/** Two labs cooked the same recipe: same names, same keys, same hashes. Neither may learn anything of the other. */
let world: World;
let ours: SeedLab;
let theirs: SeedLab;
let ctx: Context;
let foreign: Awaited<ReturnType<typeof idsOf>>;
let own: Awaited<ReturnType<typeof idsOf>>;

beforeAll(async () => {
  world = await seedWorld();
  ours = await world.lab('ours');
  theirs = await world.lab('theirs');
  const worker = await world.worker('cook');
  for (const lab of [ours, theirs]) await (await lab.submit(exampleRecipe({ analyses: true }))).cook(worker);
  ctx = (await ours.person('owner')).ctx;
  own = await idsOf('ours');
  foreign = await idsOf('theirs');
});
afterAll(() => world.drop());

async function idsOf(lab: string) {
  const system = world.system;
  const board = await domain.leaderboard.list({ ctx: system, input: { lab } });
  const greedy = board.edges.find(({ node }) => node.model.name === 'greedy')?.node;
  const [dataset] = await domain.datasets.list({ ctx: system, input: { lab } });
  const { edges } = await domain.runs.list({ ctx: system, input: { lab } });
  const run = edges[0]?.node;
  const steps = await domain.runs.steps({ ctx: system, input: { run: run?.id ?? '' } });
  return {
    lab: greedy?.model.labId ?? '',
    soup: greedy?.model.id ?? '',
    evaluation: greedy?.scores[0]?.evaluationId ?? '',
    benchmark: board.columns[0]?.id ?? '',
    dataset: dataset?.id ?? '',
    split: dataset?.splits[0]?.id ?? '',
    run: run?.id ?? '',
    recipe: run?.recipeId ?? '',
    step: steps[0]?.id ?? '',
    analysis: steps.find(({ analysisId }) => analysisId !== null)?.analysisId ?? '',
    hash: greedy?.model.artifact.hash ?? '',
    cursor: board.edges[0]?.cursor ?? '',
  };
}

async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string; advice: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof StockpotError) return { code: error.code, message: error.message, advice: error.advice };
    throw error;
  }
  throw new Error('The call was not refused.');
}

/** Reads and writes that name an object by its id alone. */
const byId: Readonly<Record<string, (ids: typeof own) => Promise<unknown>>> = {
  'labs.get': (ids) => domain.labs.get({ ctx, input: { id: ids.lab } }),
  'models.get': (ids) => domain.models.get({ ctx, input: { id: ids.soup } }),
  'models.lineage': (ids) => domain.models.lineage({ ctx, input: { id: ids.soup } }),
  'soups.get': (ids) => domain.soups.get({ ctx, input: { id: ids.soup } }),
  'evaluations.get': (ids) => domain.evaluations.get({ ctx, input: { id: ids.evaluation } }),
  'evaluations.correctness': (ids) => domain.evaluations.correctness({ ctx, input: { id: ids.evaluation } }),
  'evaluations.forModel': (ids) => domain.evaluations.forModel({ ctx, input: { model: ids.soup } }),
  'analyses.get': (ids) => domain.analyses.get({ ctx, input: { id: ids.analysis } }),
  'benchmarks.get': (ids) => domain.benchmarks.get({ ctx, input: { id: ids.benchmark } }),
  'datasets.get': (ids) => domain.datasets.get({ ctx, input: { id: ids.dataset } }),
  'datasets.getSplit': (ids) => domain.datasets.getSplit({ ctx, input: { id: ids.split } }),
  'runs.get': (ids) => domain.runs.get({ ctx, input: { run: ids.run } }),
  'runs.steps': (ids) => domain.runs.steps({ ctx, input: { run: ids.run } }),
  'recipes.get': (ids) => domain.recipes.get({ ctx, input: { id: ids.recipe } }),
  'steps.get': (ids) => domain.steps.get({ ctx, input: { id: ids.step } }),
  'metrics.series': (ids) => domain.metrics.series({ ctx, input: { step: ids.step, series: ['loss'] } }),
};

describe('an object of another lab is as absent as one that never was', () => {
  test.each(Object.keys(byId))('%s', async (name) => {
    const call = byId[name];
    if (call === undefined) throw new Error(name);
    await call(own);
    // The last character changed: ids that name nothing. (A last character 'z' would be the same id only by a miracle.)
    const absent = Object.fromEntries(
      Object.entries(own).map(([key, id]) => [key, `${id.slice(0, -1)}${id.endsWith('z') ? 'y' : 'z'}`]),
    ) as typeof own;
    expect(await refusal(call(foreign))).toEqual(await refusal(call(absent)));
    expect((await refusal(call(foreign))).code).toBe('NOT_FOUND');
  });

  test('a run of theirs cannot be cancelled', async () => {
    expect((await refusal(domain.runs.cancel({ ctx, input: { run: foreign.run } }))).code).toBe('NOT_FOUND');
  });
});

describe('ids of theirs inside calls on our lab find nothing', () => {
  const inOurs = { lab: 'ours' };

  test('loaders leave them out', async () => {
    const ids = (id: string) => ({ ctx, input: { ...inOurs, ids: [id] } });
    expect(await domain.models.many(ids(foreign.soup))).toEqual([]);
    expect(await domain.soups.many(ids(foreign.soup))).toEqual([]);
    expect(await domain.evaluations.forModels(ids(foreign.soup))).toEqual([]);
    expect(await domain.benchmarks.many(ids(foreign.benchmark))).toEqual([]);
    expect(await domain.datasets.many(ids(foreign.dataset))).toEqual([]);
    expect(await domain.runs.many(ids(foreign.run))).toEqual([]);
    expect(await domain.runs.stepsOfMany(ids(foreign.run))).toEqual([]);
    expect(await domain.recipes.many(ids(foreign.recipe))).toEqual([]);
    expect(await domain.analyses.documents(ids(foreign.analysis))).toEqual([]);
    expect(await domain.analyses.many(ids(foreign.analysis))).toEqual([]);
    expect(await domain.analyses.ofRuns(ids(foreign.run))).toEqual([]);
    expect(await domain.analyses.ofModels(ids(foreign.soup))).toEqual([]);
    expect(await domain.analyses.ofPools(ids(foreign.soup))).toEqual([]);
    expect(await domain.soups.traces(ids(foreign.soup))).toEqual(new Map());
    expect(await domain.seeds.methods({ ctx, input: { ...inOurs, versus: foreign.soup } })).toEqual([]);
    expect(await domain.models.families(ids(foreign.soup))).toEqual([
      { modelId: foreign.soup, parents: [], children: [] },
    ]);
  });

  test('a filter by their run is empty, an order by their benchmark refused, their cursor useless', async () => {
    const filtered = await domain.leaderboard.list({ ctx, input: { ...inOurs, run: foreign.run } });
    expect(filtered.edges).toEqual([]);
    expect(filtered.totalCount).toBe(0);
    const orderBy = { field: 'benchmark' as const, benchmark: foreign.benchmark };
    expect((await refusal(domain.leaderboard.list({ ctx, input: { ...inOurs, orderBy } }))).code).toBe('NOT_FOUND');
    const boards = (benchmark: string, model: string) => [{ benchmark, metric: 'top1', models: [model] }];
    const ranks = (benchmark: string, model: string) =>
      domain.leaderboard.ranks({ ctx, input: { ...inOurs, boards: boards(benchmark, model) } });
    expect((await refusal(ranks(foreign.benchmark, foreign.soup))).code).toBe('NOT_FOUND');
    expect((await ranks(own.benchmark, foreign.soup))[0]?.ranks).toEqual(new Map());
    const after = foreign.cursor;
    expect((await refusal(domain.leaderboard.list({ ctx, input: { ...inOurs, after } }))).code).toBe('BAD_INPUT');
    expect((await domain.models.labLineage({ ctx, input: { ...inOurs, run: foreign.run } })).nodes).toEqual([]);
  });

  test('a worker with their run cannot complete it with our steps: a run only knows its own', async () => {
    const worker = await world.worker('mixed-up');
    const run = await ours.submit();
    await domain.runs.start({ ctx: worker.ctx, input: { runId: run.id } });
    const input = { runId: foreign.run, stepId: 'datasets/digits', key: 'a'.repeat(64) };
    // Theirs is finished, so nothing is begun; the step found is theirs and not ours.
    expect((await domain.steps.begin({ ctx: worker.ctx, input })).finished).toBe(true);
  });

  test('the same work in two labs is two results: what one lab has cooked is no cache for the other', async () => {
    expect(own.hash).toBe(foreign.hash);
    const third = await world.lab('third');
    const worker = await world.worker('third');
    const run = await third.submit(exampleRecipe({ analyses: true }));
    const plan = await domain.runs.start({ ctx: worker.ctx, input: { runId: run.id } });
    const steps = await domain.runs.steps({ ctx: world.system, input: { run: own.run } });
    for (const { key } of steps) {
      const found = await domain.steps.findResult({ ctx: worker.ctx, input: { runId: run.id, key: key ?? '' } });
      expect(found).toBeNull();
    }
    expect(plan?.steps.length).toBe(steps.length);
  });
});

describe('the second lock', () => {
  test('inside a lab a query that forgets the lab still sees that lab only, and no account at all', async () => {
    await world.db.drizzle.transaction(async (tx) => {
      await enterLab(world.db, tx, ours.id);
      const seen = await tx.execute<{ lab_id: string; n: string }>(
        sql`select lab_id, count(*) as n from models group by lab_id`,
      );
      expect(seen.rows.map((row) => row.lab_id)).toEqual([ours.id]);
    });
    for (const table of ['users', 'sessions', 'accounts', 'api_keys', 'setup_tokens', 'administrators']) {
      await expect(
        world.db.drizzle.transaction(async (tx) => {
          await enterLab(world.db, tx, ours.id);
          await tx.execute(sql`select * from ${sql.identifier(table)}`);
        }),
        table,
      ).rejects.toMatchObject({ cause: { code: '42501' } });
    }
  });

  test('inside a lab nothing can be written into another one', async () => {
    await expect(
      world.db.drizzle.transaction(async (tx) => {
        await enterLab(world.db, tx, ours.id);
        await tx.execute(sql`insert into model_parents (lab_id, child_id, parent_id) select ${theirs.id}, 'a', 'b'`);
      }),
    ).rejects.toMatchObject({ cause: { code: '42501' } });
  });

  test('the lock ends with its transaction', async () => {
    await world.db.drizzle.transaction((tx) => enterLab(world.db, tx, ours.id));
    const seen = await world.db.pool.query('select distinct lab_id from models');
    expect(seen.rows.length).toBe(2);
  });
});

test('a role that was taken away grants nothing from that moment on', async () => {
  const guest = await ours.person('viewer');
  const input = { lab: 'ours' };
  await domain.leaderboard.list({ ctx: guest.ctx, input });
  await domain.labs.setMember({ ctx, input: { ...input, userId: guest.id, role: null } });
  expect((await refusal(domain.leaderboard.list({ ctx: guest.ctx, input }))).code).toBe('NOT_FOUND');
});

test('everybody may read a public lab, and only its members write', async () => {
  const open = await world.lab('open', 'public');
  const run = await open.submit();
  const outsider = (await world.user('passer-by')).ctx;
  for (const anybody of [world.anonymous, outsider]) {
    expect((await domain.runs.get({ ctx: anybody, input: { run: run.id } })).id).toBe(run.id);
  }
  const submit = (by: Context) => domain.runs.submit({ ctx: by, input: { lab: 'open', recipeText: exampleRecipe() } });
  expect((await refusal(submit(world.anonymous))).code).toBe('UNAUTHENTICATED');
  expect((await refusal(submit(outsider))).code).toBe('FORBIDDEN');
  const seen = await domain.labs.list({ ctx: world.anonymous, input: {} });
  expect(seen.map((lab) => lab.slug)).toEqual(['open']);
});
