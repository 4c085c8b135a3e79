import { listen, SCHEMA_VERSION, schemaVersion } from '@stockpot/db';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { RecipeRefusedError } from '../errors.js';
import * as domain from '../index.js';
import {
  completeStep,
  exampleRecipe,
  type SeedLab,
  type SeedWorker,
  StepKeys,
  seedWorld,
  type World,
} from '../testing/index.js';

let world: World;
let lab: SeedLab;
let worker: SeedWorker;
beforeAll(async () => {
  world = await seedWorld();
  lab = await world.lab('kitchen');
  worker = await world.worker('host-0');
  expect(await schemaVersion(world.db.pool)).toBe(SCHEMA_VERSION);
});
afterAll(() => world.drop());

const get = (run: string) => domain.runs.get({ ctx: world.system, input: { run } });
const start = (runId: string) => domain.runs.start({ ctx: worker.ctx, input: { runId } });
const finish = (runId: string) => domain.runs.finish({ ctx: worker.ctx, input: { runId } });
const error = { name: 'DataFileError', message: 'The file is cut.', advice: 'Get it again.' };

describe('a run', () => {
  test('goes from a recipe to soups on the leaderboard, and everything on the way can be read', async () => {
    const ada = await lab.person('member');
    const { ctx } = ada;
    const submitted = await domain.runs.submit({ ctx, input: { lab: 'kitchen', recipeText: exampleRecipe() } });
    expect(submitted).toMatchObject({ status: 'queued', name: 'example', startedAt: null, finishedAt: null });
    expect(submitted.counts).toMatchObject({ waiting: submitted.counts.total });

    const open = await domain.runs.queued({ ctx: worker.ctx, input: {} });
    expect(open).toContainEqual(expect.objectContaining({ runId: submitted.id, executorId: null }));
    const plan = await start(submitted.id);
    if (plan === null) throw new Error('The run is over.');
    const keys = new StepKeys(plan);
    for (const step of plan.steps) await completeStep(worker.ctx, submitted.id, plan, step, keys.of(step));
    expect((await finish(submitted.id)).run.status).toBe('succeeded');

    const done = await get(submitted.id);
    expect(done.counts).toMatchObject({ succeeded: done.counts.total });
    expect(done.finishedAt?.getTime()).toBeGreaterThanOrEqual(done.startedAt?.getTime() ?? 0);
    const recipe = await domain.recipes.get({ ctx, input: { id: done.recipeId } });
    expect(recipe.text).toContain('# A comment that must survive');

    const board = await domain.leaderboard.list({ ctx, input: { lab: 'kitchen' } });
    expect(board.columns.map((column) => [column.name, column.role, column.n])).toEqual([
      ['test', 'test', 100],
      ['corruptions', 'test', 20],
      ['selection', 'selection', 40],
    ]);
    expect(board.totalCount).toBe(7); // stock, 3 ingredients, 2 soups, ensemble
    const cost = Object.fromEntries(board.edges.map(({ node }) => [node.model.kind, node.forwardPasses]));
    expect(cost).toEqual({ stock: 1, ingredient: 1, soup: 1, ensemble: 3 });

    const greedyId = board.edges.find(({ node }) => node.model.name === 'greedy')?.node.model.id ?? '';
    const greedy = await domain.soups.get({ ctx, input: { id: greedyId } });
    expect(greedy.soup).toMatchObject({ method: 'greedy', acceptRule: '>=', parameterCount: 12_345 });
    expect(greedy.coefficients.reduce((sum, one) => sum + one.coefficient, 0)).toBeCloseTo(1, 12);
    expect(greedy.coefficients.map((one) => one.ingredient.name)).toEqual(['ft-00', 'ft-01', 'ft-02']);
    expect(greedy.trace.map((round) => round.accepted)).toEqual([true, true, false]);
    const rejected = greedy.trace.find((round) => !round.accepted);
    expect(greedy.coefficients.find((one) => one.ingredient.id === rejected?.candidateId)?.coefficient).toBe(0);
    const kinds = new Map(board.edges.map(({ node }) => [node.model.id, node.model]));
    expect(kinds.get(greedy.stockId ?? '')?.kind).toBe('stock');
    expect(kinds.get(greedy.ensembleId ?? '')?.kind).toBe('ensemble');

    const lineage = await domain.models.lineage({ ctx, input: { id: greedyId } });
    expect(lineage.nodes[0]?.id).toBe(greedyId);
    expect(lineage.nodes.map((node) => node.kind).sort()).toEqual([
      'ingredient',
      'ingredient',
      'ingredient',
      'soup',
      'stock',
    ]);
    expect(lineage.edges).toHaveLength(6);
    const whole = await domain.models.labLineage({ ctx, input: { lab: 'kitchen', run: submitted.id } });
    expect(whole.nodes).toHaveLength(7);
    expect(whole.edges).toHaveLength(3 + 3 + 3 + 3); // ingredients' stock, two soups' and the ensemble's members
    const [family] = await domain.models.families({ ctx, input: { lab: 'kitchen', ids: [greedyId] } });
    expect(family?.parents.map((edge) => edge.coefficient).sort()).toEqual([0, 0.5, 0.5]);
    expect(family?.children).toEqual([]);

    const steps = await domain.runs.steps({ ctx, input: { run: submitted.id } });
    expect(steps.map((step) => step.stepId)).toEqual(plan.steps.map((step) => step.id));
    const soupStep = steps.find((step) => step.stepId === 'soups/greedy');
    expect(soupStep?.artifacts.map((one) => one.output)).toEqual(['certificate', 'checkpoint', 'trace']);
    expect(soupStep?.artifacts[1]?.artifact.hash).toBe(greedy.soup.artifact.hash);
  });

  test('of a recipe with mistakes is refused with all of them, and nothing is stored', async () => {
    const before = await domain.runs.list({ ctx: world.system, input: { lab: 'kitchen' } });
    const recipeText = exampleRecipe()
      .replace('report: [test, corruptions]', 'report: [selection]')
      .replace('count: 400', 'count: many');
    const refusal = await domain.runs
      .submit({ ctx: world.system, input: { lab: 'kitchen', recipeText } })
      .catch((e: unknown) => e);
    expect(refusal).toBeInstanceOf(RecipeRefusedError);
    expect(refusal).toMatchObject({ code: 'RECIPE_REFUSED' });
    if (!(refusal instanceof RecipeRefusedError)) return;
    expect(refusal.issues.map((issue) => issue.path)).toContain('datasets.digits.splits.unlabeled.count');
    const after = await domain.runs.list({ ctx: world.system, input: { lab: 'kitchen' } });
    expect(after.totalCount).toBe(before.totalCount);
  });

  test('that waits is cancelled at once; a running one is asked to stop and ends as cancelled', async () => {
    const waiting = await lab.submit();
    const cancelled = await domain.runs.cancel({ ctx: world.system, input: { run: waiting.id } });
    expect(cancelled).toMatchObject({ status: 'cancelled', counts: { cancelled: cancelled.counts.total } });
    expect(await start(waiting.id)).toBeNull();

    const running = await lab.submit(exampleRecipe({ seed: 2 }));
    const plan = await start(running.id);
    const step = plan?.steps[0];
    if (plan === null || step === undefined) throw new Error('The run is over.');
    const place = { runId: running.id, stepId: step.id };
    await domain.steps.begin({ ctx: worker.ctx, input: { ...place, key: 'a'.repeat(64) } });
    const asked = await domain.runs.cancel({ ctx: world.system, input: { run: running.id } });
    expect(asked).toMatchObject({ status: 'running', cancelRequestedAt: expect.any(Date) });
    expect(await domain.runs.cancel({ ctx: world.system, input: { run: running.id } })).toEqual(asked);
    const heard = await domain.workers.heartbeat({ ctx: worker.ctx, input: {} });
    expect(heard.cancelRequested).toContain(running.id);
    await domain.steps.fail({ ctx: worker.ctx, input: { ...place, error: { ...error, name: 'CancelledError' } } });
    const { run } = await finish(running.id);
    expect(run).toMatchObject({ status: 'cancelled', error: null, counts: { failed: 0, cancelled: run.counts.total } });
    await expect(domain.runs.cancel({ ctx: world.system, input: { run: running.id } })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('over'),
    });
    expect((await finish(running.id)).changed).toBe(false);
  });

  test('fails with its failed step, keeps what was done, and cannot be called a success', async () => {
    const { id } = await lab.submit(exampleRecipe({ seed: 3 }));
    const plan = await start(id);
    const [first, second] = plan?.steps ?? [];
    if (plan === null || first === undefined || second === undefined) throw new Error('The run is over.');
    const keys = new StepKeys(plan);
    await completeStep(worker.ctx, id, plan, first, keys.of(first));
    await expect(
      domain.runs.finish({ ctx: worker.ctx, input: { runId: id, state: 'succeeded' } }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    await domain.steps.begin({ ctx: worker.ctx, input: { runId: id, stepId: second.id, key: keys.of(second) } });
    await domain.steps.fail({ ctx: worker.ctx, input: { runId: id, stepId: second.id, error } });
    const { run } = await domain.runs.finish({ ctx: worker.ctx, input: { runId: id, state: 'succeeded' } });
    expect(run).toMatchObject({ status: 'failed', error, counts: { succeeded: 1, failed: 1 } });
    expect(run.counts.cancelled).toBe(run.counts.total - 2);
  });

  test('says each change on its channel when it is committed', async () => {
    const heard: string[] = [];
    const board: (string | null)[] = [];
    const runs = await listen(world.db, 'stockpot_runs', ({ runId, event }) => heard.push(`${event} ${runId}`));
    const leaderboard = await listen(world.db, 'stockpot_leaderboard', ({ modelId }) => board.push(modelId));
    const run = await lab.submit(exampleRecipe({ seed: 4, count: 2 }));
    await run.cook(worker);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(40));
    expect(heard[0]).toBe(`queued ${run.id}`);
    expect(heard[1]).toBe(`changed ${run.id}`);
    // 6 models, and 6 models on 3 benchmarks less the stock and the ensemble on the selection one, at the least.
    await vi.waitFor(() => expect(board.length).toBeGreaterThanOrEqual(6 + 16));
    await runs.close();
    await leaderboard.close();
  });

  test('is listed newest first, page by page, also while new ones arrive', async () => {
    const page = (after?: string) =>
      domain.runs.list({ ctx: world.system, input: { lab: 'kitchen', first: 2, after } });
    const before = await domain.runs.list({ ctx: world.system, input: { lab: 'kitchen', first: 200 } });
    const seen: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const { edges, hasNextPage } = await page(after);
      seen.push(...edges.map((edge) => edge.node.id));
      after = edges.at(-1)?.cursor;
      more = hasNextPage;
      await lab.submit();
    }
    expect(seen).toEqual(before.edges.map((edge) => edge.node.id));
  });
});
