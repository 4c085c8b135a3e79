import { artifacts, evaluations, models, stepResults } from '@stockpot/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StaleLeaseError } from '../errors.js';
import * as domain from '../index.js';
import {
  completeStep,
  exampleRecipe,
  fakeResult,
  type SeedLab,
  type SeedWorker,
  StepKeys,
  seedWorld,
  type World,
} from '../testing/index.js';

let world: World;
let lab: SeedLab;
beforeAll(async () => {
  world = await seedWorld();
  lab = await world.lab('kitchen');
});
afterAll(() => world.drop());

let names = 0;
/** A run taken by a worker of its own, its first step begun. */
async function taken(recipe = exampleRecipe()) {
  const worker = await world.worker(`worker-${++names}`);
  const { id: runId } = await lab.submit(recipe);
  const plan = await domain.runs.start({ ctx: worker.ctx, input: { runId } });
  if (plan === null) throw new Error('The run is over.');
  const step = plan.steps[0];
  if (step === undefined) throw new Error('The plan is empty.');
  const key = new StepKeys(plan).of(step);
  const place = { runId, stepId: step.id };
  await domain.steps.begin({ ctx: worker.ctx, input: { ...place, key } });
  const complete = (by: SeedWorker, reused = false) =>
    domain.steps.complete({ ctx: by.ctx, input: { ...place, key, reused, ...fakeResult(plan, step, key) } });
  return { worker, runId, plan, step, key, place, complete };
}

/** What the database looks like after so many seconds without a word from the worker. */
async function silence(worker: SeedWorker, seconds: number) {
  await world.db.pool.query(
    `update workers set heartbeat_at = heartbeat_at - make_interval(secs => $2) where id = $1`,
    [worker.id, seconds],
  );
}

const points = { series: 'loss', attempt: 1, steps: [1], values: [0.5] };
const error = { name: 'Error', message: 'It broke.', advice: 'Mend it.' };

describe('a worker that was declared dead and wakes up', () => {
  test('can write nothing at all, and its work is taken over', async () => {
    const { worker, place, key, runId, complete } = await taken();
    await silence(worker, 60);
    const other = await world.worker('reaper');
    const { executorIds } = await domain.workers.reap({ ctx: other.ctx, input: { deadAfterSeconds: 30 } });
    expect(executorIds).toEqual([expect.stringMatching(/^worker-/)]);

    const { ctx } = worker;
    await expect(complete(worker)).rejects.toThrow(StaleLeaseError);
    await expect(domain.metrics.append({ ctx, input: { ...place, ...points } })).rejects.toThrow(StaleLeaseError);
    await expect(domain.steps.fail({ ctx, input: { ...place, error } })).rejects.toThrow(StaleLeaseError);
    await expect(domain.steps.begin({ ctx, input: { ...place, key } })).rejects.toThrow(StaleLeaseError);
    await expect(domain.runs.finish({ ctx, input: { runId, error } })).rejects.toThrow(StaleLeaseError);
    await expect(domain.workers.heartbeat({ ctx, input: {} })).rejects.toThrow(StaleLeaseError);

    const again = await domain.steps.begin({ ctx: other.ctx, input: { ...place, key } });
    expect(again).toMatchObject({ attempt: 2, finished: false });
    expect(await complete(other)).toMatchObject({ committed: true });
  });

  test('cannot write for a life it has lost: registering again ends the lease before', async () => {
    const { worker, place, complete } = await taken();
    const [{ executorId } = { executorId: '' }] = (await domain.workers.list({ ctx: world.system, input: {} })).filter(
      (one) => one.id === worker.id,
    );
    const reborn = await world.worker(executorId);
    expect(reborn.id).toBe(worker.id);
    expect(reborn.epoch).toBe(worker.epoch + 1);
    await expect(complete(worker)).rejects.toThrow(StaleLeaseError);
    // The new life must begin the step itself: what the old one began is not its own.
    await expect(complete(reborn)).rejects.toThrow(StaleLeaseError);
    await domain.steps.begin({ ctx: reborn.ctx, input: { ...place, key: (await stepOf(place)).key ?? '' } });
    expect(await complete(reborn)).toMatchObject({ committed: true });
  });

  test('a commit under way is waited for: the reaper never cuts a write in half', async () => {
    const { worker, complete } = await taken();
    await silence(worker, 60);
    const held = await world.db.pool.connect();
    await held.query('begin');
    await held.query(`select 1 from workers where id = $1 for share`, [worker.id]);
    let reaped = false;
    const reaping = domain.workers.reap({ ctx: world.system, input: { deadAfterSeconds: 30 } }).then((result) => {
      reaped = true;
      return result;
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(reaped).toBe(false);
    await held.query('commit');
    held.release();
    expect((await reaping).executorIds).toHaveLength(1);
    await expect(complete(worker)).rejects.toThrow(StaleLeaseError);
  });
});

async function stepOf(place: { runId: string; stepId: string }) {
  const steps = await domain.runs.steps({ ctx: world.system, input: { run: place.runId } });
  const step = steps.find((one) => one.stepId === place.stepId);
  if (step === undefined) throw new Error(`There is no step ${place.stepId}.`);
  return step;
}

describe('a step', () => {
  test('is completed at most once, however often and by how many it is reported', async () => {
    const { worker, complete, place } = await taken();
    const all = await Promise.all(Array.from({ length: 8 }, () => complete(worker)));
    expect(all.filter((one) => one.committed)).toHaveLength(1);
    expect(new Set(all.map((one) => one.datasetId)).size).toBe(1);
    expect(new Set(all.map((one) => JSON.stringify(Object.entries(one.outputs).sort()))).size).toBe(1);
    expect((await stepOf(place)).status).toBe('succeeded');
    const begun = await domain.steps.begin({
      ctx: worker.ctx,
      input: { ...place, key: (await stepOf(place)).key ?? '' },
    });
    expect(begun.finished).toBe(true);
  });

  test('that a live worker holds is not given to another', async () => {
    const { place, key } = await taken();
    const other = await world.worker('impatient');
    await expect(domain.steps.begin({ ctx: other.ctx, input: { ...place, key } })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('is not completed by who never began it, nor under another key, nor as something else', async () => {
    const { worker, place, plan, step, key, complete } = await taken();
    const stranger = await world.worker('stranger');
    await expect(complete(stranger)).rejects.toThrow(StaleLeaseError);
    const result = fakeResult(plan, step, key);
    const { ctx } = worker;
    const otherKey = { ...place, key: 'b'.repeat(64), reused: false, ...result };
    await expect(domain.steps.complete({ ctx, input: otherKey })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const head = { ...place, key, reused: false, ...result, produced: { type: 'none' as const } };
    await expect(domain.steps.complete({ ctx, input: head })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect((await stepOf(place)).status).toBe('running');
  });

  test('that failed may be begun again, and then succeed', async () => {
    const { worker, place, key, complete } = await taken();
    await domain.steps.fail({ ctx: worker.ctx, input: { ...place, error } });
    expect(await stepOf(place)).toMatchObject({ status: 'failed', error });
    await expect(complete(worker)).rejects.toMatchObject({ code: 'CONFLICT' });
    await domain.steps.begin({ ctx: worker.ctx, input: { ...place, key } });
    await complete(worker);
    expect(await stepOf(place)).toMatchObject({ status: 'succeeded', error: null, attempts: 2 });
  });
});

describe('results are kept by key', () => {
  test('cooking the same recipe twice makes no row twice; one more ingredient makes only what is new', async () => {
    const worker = await world.worker('thrifty');
    const first = await lab.submit(exampleRecipe({ name: 'twice', count: 4 }));
    await first.cook(worker);
    const before = await census();
    const second = await lab.submit(exampleRecipe({ name: 'twice', count: 4 }));
    await second.cook(worker);
    expect(await census()).toEqual(before);
    const again = await domain.runs.get({ ctx: world.system, input: { run: second.id } });
    expect(again.counts).toMatchObject({ reused: again.counts.total, succeeded: 0 });
    expect(again.recipeId).toBe((await domain.runs.get({ ctx: world.system, input: { run: first.id } })).recipeId);

    const third = await lab.submit(exampleRecipe({ name: 'twice', count: 5 }));
    await third.cook(worker);
    const steps = await domain.runs.steps({ ctx: world.system, input: { run: third.id } });
    const made = steps.filter((step) => step.status === 'succeeded').map((step) => step.stepId);
    // The new ingredient and its three scores, both soups and the ensemble and their scores; nothing else.
    expect(made.every((id) => /ft-04|soups|ensembles|evaluations\/(uniform|greedy|ft-ensemble|ft)\//.test(id))).toBe(
      true,
    );
    expect(made).toContain('ingredients/ft-04');
    expect(steps.filter((step) => step.status === 'reused').length).toBeGreaterThan(10);
  });

  test('of two results of one key the first stands, and the log says that they differed', async () => {
    const { worker, plan, step, key, complete } = await taken(exampleRecipe({ name: 'diverge' }));
    await complete(worker);
    const other = await taken(exampleRecipe({ name: 'diverge' }));
    const different = fakeResult(plan, step, `${key} on a bad day`);
    const result = await domain.steps.complete({
      ctx: other.worker.ctx,
      input: {
        ...other.place,
        key,
        reused: false,
        artifacts: different.artifacts,
        produced: fakeResult(plan, step, key).produced,
      },
    });
    expect(result.outputs.manifest?.hash).toBe(fakeResult(plan, step, key).artifacts[0]?.hash);
    const log = await world.db.pool.query(
      `select details from audit_log where verb = 'steps.complete' and (details->>'diverged')::boolean`,
    );
    expect(log.rows).toHaveLength(1);
  });

  async function census() {
    const { drizzle } = world.db;
    return {
      models: await drizzle.$count(models),
      evaluations: await drizzle.$count(evaluations),
      artifacts: await drizzle.$count(artifacts),
      results: await drizzle.$count(stepResults),
    };
  }
});

describe('what a worker reports is checked', () => {
  /** A run cooked up to its first step of a kind. */
  async function upTo(stepId: string) {
    const { worker, runId, plan } = await taken(exampleRecipe({ count: 2, seed: 100 + ++names }));
    const keys = new StepKeys(plan);
    for (const step of plan.steps) {
      const key = keys.of(step);
      if (step.id === stepId) {
        await domain.steps.begin({ ctx: worker.ctx, input: { runId, stepId, key } });
        return { worker, runId, stepId, plan, step, key };
      }
      await completeStep(worker.ctx, runId, plan, step, key);
    }
    throw new Error(`The plan has no step ${stepId}.`);
  }

  test('a number must be one of the table of metrics, in its range; without a top-1 nothing is right or wrong', async () => {
    const { worker, plan, step, key, runId, stepId } = await upTo('evaluations/ft-00/test');
    const { artifacts: made, produced } = fakeResult(plan, step, key);
    if (produced.type !== 'evaluation') throw new Error('not an evaluation');
    const complete = (summary: object, correct = produced.correct) =>
      domain.steps.complete({
        ctx: worker.ctx,
        input: {
          ...{ runId, stepId, key, reused: false, artifacts: made },
          produced: { ...produced, summary: { ...produced.summary, ...summary }, correct },
        },
      });
    await expect(complete({ further: { nonsense: 1 } })).rejects.toThrow(/no metric of this version has that name/);
    await expect(complete({ further: { top5: 1.5 } })).rejects.toThrow(/top5: 1.5 is outside of its range/);
    await expect(complete({ top1: null })).rejects.toThrow(/has no top-1, but a bitmap of examples that are right/);
    await complete({ top1: null, nll: null, further: { 'auroc:energy': 0.75 } }, new Uint8Array(0));
    const { rows } = await world.db.pool.query('select top1, examples, further from evaluations where step_key = $1', [
      key,
    ]);
    expect(rows).toEqual([{ top1: null, examples: 0, further: { 'auroc:energy': 0.75 } }]);
  });

  test('a score must agree with its bitmap', async () => {
    const { worker, plan, step, key, runId, stepId } = await upTo('evaluations/ft-00/test');
    const { artifacts: made, produced } = fakeResult(plan, step, key);
    if (produced.type !== 'evaluation') throw new Error('not an evaluation');
    const lie = {
      ...produced,
      summary: { ...produced.summary, top1: Math.max(0, (produced.summary.top1 ?? 0) - 0.02) },
    };
    const input = { runId, stepId, key, reused: false, artifacts: made, produced: lie };
    await expect(domain.steps.complete({ ctx: worker.ctx, input })).rejects.toThrow(/bitmap has \d+ right/);
  });

  test('coefficients must be of the pool', async () => {
    const { worker, plan, step, key, runId, stepId } = await upTo('soups/uniform');
    const { artifacts: made, produced } = fakeResult(plan, step, key);
    if (produced.type !== 'model') throw new Error('not a model');
    const summary = {
      ...produced.summary,
      coefficients: [
        { index: 0, coefficient: 0.5 },
        { index: 3, coefficient: 0.5 },
      ],
    };
    const input = { runId, stepId, key, reused: false, artifacts: made, produced: { ...produced, summary } };
    await expect(domain.steps.complete({ ctx: worker.ctx, input })).rejects.toThrow(/do not fit its pool of 2/);
    const { rows } = await world.db.pool.query('select 1 from step_results where key = $1', [key]);
    expect(rows, 'nothing of the refused result was kept').toEqual([]);
  });

  test('a model needs its checkpoint', async () => {
    const { worker, plan, step, key, runId, stepId } = await upTo('ingredients/ft-00');
    const { produced } = fakeResult(plan, step, key);
    const made = [{ output: 'log', hash: 'c'.repeat(64), bytes: 3, mediaType: 'text/plain' }];
    const input = { runId, stepId, key, reused: false, artifacts: made, produced };
    await expect(domain.steps.complete({ ctx: worker.ctx, input })).rejects.toThrow(/no output named checkpoint/);
  });
});
