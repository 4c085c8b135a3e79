import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../context.js';
import { StockpotError } from '../errors.js';
import * as domain from '../index.js';
import { exampleRecipe, type SeedLab, type SeedRun, type SeedWorker, seedWorld, type World } from '../testing/index.js';
import { ACTORS, type ActorName, EXPECTED, type Outcome } from '../testing/permissions.js';
import type { VerbInfo } from './define-verb.js';

/**
 * Every verb × everybody. The list of verbs is taken from what the package exports, so a verb without an expectation here
 * fails, and so does an expectation without a verb.
 */

type AnyVerb = { (call: { ctx: Context; input: never }): Promise<unknown>; info: VerbInfo };

function exportedVerbs(): Map<string, AnyVerb> {
  const found = new Map<string, AnyVerb>();
  for (const [namespace, members] of Object.entries(domain)) {
    if (typeof members !== 'object') continue;
    for (const [name, verb] of Object.entries(members)) {
      if (typeof verb !== 'function' || !('info' in verb)) continue;
      expect(verb.info.name, 'a verb is named as it is exported').toBe(`${namespace}.${name}`);
      found.set(verb.info.name, verb as AnyVerb);
    }
  }
  return found;
}

let world: World;
let lab: SeedLab;
let cooked: SeedRun;
let worker: SeedWorker;
let as: Record<ActorName, Context>;
let inputs: Record<string, () => Promise<unknown>>;

beforeAll(async () => {
  world = await seedWorld();
  lab = await world.lab('secret');
  await world.lab('elsewhere');
  const other = await domain.labs.bySlug({ ctx: world.system, input: { slug: 'elsewhere' } });
  const member = await lab.person('member');
  const administrator = await world.user('root');
  const { token } = await domain.setup.issueToken({ ctx: world.system, input: {} });
  await domain.setup.claim({ ctx: world.anonymous, input: { token, userId: administrator.id } });
  // The claim gave the administrator the labs without an owner; here it must be nobody special.
  const owner = await lab.person('owner');
  await domain.labs.setMember({ ctx: world.system, input: { lab: lab.id, userId: administrator.id, role: null } });

  const stale = await world.worker('stale');
  await domain.workers.signOff({ ctx: stale.ctx, input: {} });
  worker = await world.worker('cook');
  cooked = await lab.submit(exampleRecipe({ analyses: true }));
  await cooked.cook(worker);
  as = {
    anonymous: world.anonymous,
    outsider: (await world.user('outsider')).ctx,
    viewer: (await lab.person('viewer')).ctx,
    member: member.ctx,
    maintainer: (await lab.person('maintainer')).ctx,
    owner: owner.ctx,
    'token read': member.token('read'),
    'token write': member.token('write', `lab:${lab.id}`),
    'token of another lab': member.token('write', `lab:${other.id}`),
    administrator: administrator.ctx,
    worker: worker.ctx,
    'stale worker': stale.ctx,
    system: world.system,
  };
  inputs = await inputsOfEveryVerb();
});
afterAll(() => world.drop());

test('every exported verb has an expectation, and every expectation a verb', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual([...exportedVerbs().keys()].sort());
});

describe.each(Object.keys(EXPECTED))('%s', (name) => {
  test.each(ACTORS)('by %s', async (actor) => {
    const verb = exportedVerbs().get(name);
    const input = inputs[name];
    if (verb === undefined || input === undefined) throw new Error(`There is no verb or no input for ${name}.`);
    const ctx = name === 'workers.signOff' && actor === 'worker' ? (await world.worker('leaver')).ctx : as[actor];
    expect(await outcome(verb, ctx, await input())).toBe(EXPECTED[name]?.[actor]);
  });
});

async function outcome(verb: AnyVerb, ctx: Context, input: unknown): Promise<Outcome> {
  try {
    await verb({ ctx, input: input as never });
    return 'ok';
  } catch (error) {
    if (error instanceof StockpotError) return error.code;
    throw error;
  }
}

/** For each verb what somebody with every right would get through; writes get an object of their own each time. */
async function inputsOfEveryVerb(): Promise<Record<string, () => Promise<unknown>>> {
  const ctx = world.system;
  const inLab = { lab: 'secret' };
  const board = await domain.leaderboard.list({ ctx, input: inLab });
  const soup = board.edges.find(({ node }) => node.model.name === 'greedy')?.node;
  const evaluationId = soup?.scores[0]?.evaluationId;
  const [dataset] = await domain.datasets.list({ ctx, input: inLab });
  const [benchmark] = await domain.benchmarks.list({ ctx, input: inLab });
  const analysis = (await domain.analyses.list({ ctx, input: inLab })).edges[0]?.node;
  const run = await domain.runs.get({ ctx, input: { run: cooked.id } });
  const somebody = await world.user('somebody');
  const key = 'a'.repeat(64);

  async function started(): Promise<{ runId: string; stepId: string; step: string }> {
    const { id: runId } = await lab.submit();
    const plan = await domain.runs.start({ ctx: worker.ctx, input: { runId } });
    const stepId = plan?.steps[0]?.id ?? '';
    const { id: step } = await domain.steps.begin({ ctx: worker.ctx, input: { runId, stepId, key } });
    return { runId, stepId, step };
  }
  const running = await started();
  const points = { series: 'loss', attempt: 1, steps: [1, 2], values: [0.5, 0.25] };
  const place = { runId: running.runId, stepId: running.stepId };
  await domain.metrics.append({ ctx: worker.ctx, input: { ...place, ...points } });
  const failure = { name: 'Error', message: 'It broke.', advice: 'Mend it.' };
  let labs = 0;
  const constant = (input: unknown) => async () => input;
  const one = (id: string | undefined) => constant({ id });
  const many = (id: string | undefined) => constant({ ...inLab, ids: [id] });
  return {
    'analyses.diversity': constant({ ...inLab, pools: [{ models: [soup?.model.id] }] }),
    'analyses.documents': many(analysis?.id),
    'analyses.evidence': many(soup?.model.id),
    'analyses.get': one(analysis?.id),
    'analyses.list': constant(inLab),
    'analyses.many': many(analysis?.id),
    'analyses.ofModels': many(soup?.model.id),
    'analyses.ofPools': many(soup?.model.id),
    'analyses.ofRuns': many(cooked.id),
    'artifacts.get': constant({ ...inLab, hash: soup?.model.artifact.hash }),
    'benchmarks.get': one(benchmark?.id),
    'benchmarks.list': constant(inLab),
    'benchmarks.many': many(benchmark?.id),
    'datasets.get': one(dataset?.id),
    'datasets.getSplit': one(dataset?.splits[0]?.id),
    'comparisons.get': constant({ benchmark: benchmark?.id, first: soup?.model.id, second: soup?.model.id }),
    'comparisons.many': constant({ ...inLab, pairs: [{ first: soup?.model.id, second: soup?.model.id }] }),
    'datasets.list': constant(inLab),
    'datasets.many': many(dataset?.id),
    'evaluations.correctness': one(evaluationId),
    'evaluations.forModel': constant({ model: soup?.model.id }),
    'evaluations.forModels': many(soup?.model.id),
    'evaluations.get': one(evaluationId),
    'ingredients.list': constant(inLab),
    'labs.bySlug': constant({ slug: 'secret' }),
    'labs.create': async () => ({ slug: `lab-${++labs}`, name: 'A lab' }),
    'labs.get': one(lab.id),
    'labs.list': constant({}),
    'labs.memberships': constant({}),
    'labs.setMember': async () => ({ ...inLab, userId: somebody.id, role: 'viewer' }),
    'leaderboard.list': constant(inLab),
    'leaderboard.ranks': constant({
      ...inLab,
      boards: [{ benchmark: benchmark?.id ?? '', metric: 'top1', models: [] }],
    }),
    'metrics.append': constant({ ...place, ...points }),
    'metrics.batch': constant({ step: running.step, series: 'loss', attempt: 1, firstStep: 1 }),
    'metrics.series': constant({ step: running.step, series: ['loss'] }),
    'models.families': many(soup?.model.id),
    'models.get': one(soup?.model.id),
    'models.labLineage': constant(inLab),
    'models.lineage': one(soup?.model.id),
    'models.list': constant({ ...inLab, kind: 'soup' }),
    'models.many': many(soup?.model.id),
    'recipes.get': one(run.recipeId),
    'recipes.many': many(run.recipeId),
    'runs.cancel': async () => ({ run: (await lab.submit()).id }),
    'runs.finish': async () => ({ runId: (await started()).runId, state: 'failed', error: failure }),
    'runs.get': constant({ run: cooked.id }),
    'runs.list': constant(inLab),
    'runs.many': many(cooked.id),
    'runs.queued': constant({}),
    'runs.start': async () => ({ runId: (await lab.submit()).id }),
    'runs.steps': constant({ run: cooked.id }),
    'runs.stepsOfMany': many(cooked.id),
    'runs.submit': constant({ ...inLab, recipeText: exampleRecipe() }),
    'seeds.groups': many(soup?.model.id),
    'seeds.methods': constant(inLab),
    'setup.checkToken': constant({ token: 'guess' }),
    'setup.claim': constant({ token: 'guess', userId: somebody.id }),
    'setup.issueToken': constant({}),
    'setup.status': constant({}),
    'soups.get': one(soup?.model.id),
    'soups.many': many(soup?.model.id),
    'soups.traces': many(soup?.model.id),
    'steps.begin': constant({ ...place, key }),
    // Done already: whoever may ask learns that nothing was committed.
    'steps.complete': async () => {
      const steps = await domain.runs.steps({ ctx, input: { run: cooked.id } });
      const first = steps[0];
      const artifacts = [{ output: 'manifest', hash: key, bytes: 1, mediaType: 'application/json' }];
      const produced = { type: 'none', summary: {} };
      return { runId: cooked.id, stepId: first?.stepId, key: first?.key, reused: false, artifacts, produced };
    },
    'steps.fail': async () => ({ ...(await started()), error: failure }),
    'steps.findResult': constant({ runId: cooked.id, key }),
    'steps.get': one(running.step),
    'steps.progress': constant({ ...place, done: 1, total: 2, unit: 'images' }),
    'workers.heartbeat': constant({}),
    'workers.list': constant({}),
    'workers.reap': constant({ deadAfterSeconds: 3600 }),
    'workers.register': constant({ executorId: 'another', hostname: 'h', device: {}, slots: 1 }),
    'workers.signOff': constant({}),
  };
}
