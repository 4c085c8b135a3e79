import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../../index.js';
import {
  exampleRecipe,
  fakeResult,
  madeUpDocument,
  type SeedLab,
  type SeedRun,
  StepKeys,
  seedWorld,
  type World,
} from '../../testing/index.js';

let world: World;
let lab: SeedLab;
let run: SeedRun;
/** Ids of the run's models by name. */
const ids = new Map<string, string>();
const inLab = { lab: 'kitchen' };
const RECIPE = exampleRecipe({ analyses: true });

beforeAll(async () => {
  world = await seedWorld();
  lab = await world.lab('kitchen');
  run = await lab.submit(RECIPE);
  await run.cook(await world.worker('cook'));
  for (const { makes, modelId } of await domain.runs.steps({ ctx: world.system, input: { run: run.id } })) {
    if (makes.type === 'model' && modelId !== null) ids.set(makes.name, modelId);
  }
});
afterAll(() => world.drop());

const id = (name: string) => ids.get(name) ?? '';
type Many = typeof domain.analyses.ofRuns;
const namesOf = async (verb: Many, of: string) => {
  const [found] = await verb({ ctx: world.system, input: { ...inLab, ids: [of] } });
  return found?.analyses.map(({ name }) => name) ?? [];
};
const named = async (name: string) => {
  const [found] = await domain.analyses.ofRuns({ ctx: world.system, input: { ...inLab, ids: [run.id] } });
  const analysis = found?.analyses.find((one) => one.name === name);
  if (analysis === undefined) throw new Error(`There is no analysis ${name}.`);
  return analysis;
};

describe('the analyses of a run', () => {
  test('are listed in the order of the recipe, each with its models, benchmark and cost', async () => {
    expect(await namesOf(domain.analyses.ofRuns, run.id)).toEqual(['basin', 'line', 'soups', 'lengths', 'search']);
    const basin = await named('basin');
    expect(basin).toMatchObject({
      kind: 'barriers',
      runId: run.id,
      soupId: null,
      evaluations: { measured: 9, known: 2 },
    });
    expect(basin.subjects).toEqual(['ft-00', 'ft-01', 'ft-02'].map((name) => ({ id: id(name), name })));
    expect(basin.examined).toMatchObject({ source: 'digits/selection', role: 'selection', n: 40, rows: 40 });
    const benchmark = await domain.benchmarks.get({ ctx: world.system, input: { id: basin.benchmarkId ?? '' } });
    expect(benchmark.name).toBe('selection');
    // Twenty images, in three corruptions at two severities each.
    expect((await named('soups')).examined).toMatchObject({ n: 20, rows: 120 });
    expect(await named('lengths')).toMatchObject({ benchmarkId: null, examined: null, evaluations: null });
    expect(await named('search')).toMatchObject({ kind: 'why', soupId: id('greedy'), evaluations: null });
    expect(await domain.analyses.get({ ctx: world.system, input: { id: basin.id } })).toEqual(basin);
  });

  test('have their documents as they were written, which the schema of their kind reads', async () => {
    const basin = await named('basin');
    const [stored] = await domain.analyses.documents({ ctx: world.system, input: { ...inLab, ids: [basin.id] } });
    const models = ['ft-00', 'ft-01', 'ft-02'];
    const written = madeUpDocument('barriers', { models, examined: basin.examined });
    expect(stored?.document).toEqual(written);
    if (stored === undefined) throw new Error('There is no document.');
    expect(domain.analyses.readDocument(basin, stored)).toEqual(written);
    const later = { ...stored, document: { ...stored.document, version: 2 } };
    expect(domain.analyses.readDocument(basin, later)).toBeNull();
  });

  test('are found by their models, and by the pool of a soup; a search belongs to its own soup', async () => {
    expect((await namesOf(domain.analyses.ofModels, id('ft-02'))).toSorted()).toEqual(['basin', 'lengths', 'search']);
    expect((await namesOf(domain.analyses.ofModels, id('greedy'))).toSorted()).toEqual(['search', 'soups']);
    expect(await namesOf(domain.analyses.ofModels, id('mae-tiny'))).toEqual([]);
    const pool = ['basin', 'lengths', 'line'];
    expect((await namesOf(domain.analyses.ofPools, id('uniform'))).toSorted()).toEqual(pool);
    expect((await namesOf(domain.analyses.ofPools, id('greedy'))).toSorted()).toEqual([...pool, 'search']);
  });

  test('are listed in the lab, newest first, page by page', async () => {
    const page = (first: number, after?: string) =>
      domain.analyses.list({ ctx: world.system, input: { ...inLab, first, after } });
    const whole = await page(50);
    expect(whole).toMatchObject({ totalCount: 5, hasNextPage: false });
    const first = await page(2);
    const rest = await page(50, first.edges[1]?.cursor);
    expect([...first.edges, ...rest.edges].map(({ node }) => node.name)).toEqual(
      whole.edges.map(({ node }) => node.name),
    );
    expect(whole.edges[0]?.node.name).toBe('search');
  });

  test('are one row however often they are cooked', async () => {
    const again = await lab.submit(RECIPE);
    await again.cook(await world.worker('thrifty'));
    const made = await domain.analyses.ofRuns({ ctx: world.system, input: { ...inLab, ids: [run.id, again.id] } });
    const of = (wanted: SeedRun) => made.find((each) => each.of === wanted.id)?.analyses;
    expect(of(again)).toHaveLength(5);
    expect(of(again)).toEqual(of(run));
  });
});

describe('a result is refused, and nothing is written,', () => {
  /** A run that is cooked up to its first analysis, and how that one is answered. */
  async function untilAnalysis(step: string) {
    const { ctx } = await world.worker(`strict-${step}`);
    const seed = 100 + ids.size;
    const { id: runId } = await lab.submit(exampleRecipe({ analyses: true, seed }));
    const plan = await domain.runs.start({ ctx, input: { runId } });
    if (plan === null) throw new Error('The run is over.');
    const keys = new StepKeys(plan);
    const facts = { protocol: (benchmark: string) => keys.hashOf(benchmark, 'protocol') };
    for (const one of plan.steps) {
      const place = { runId, stepId: one.id, key: keys.of(one) };
      await domain.steps.begin({ ctx, input: place });
      const result = { ...place, reused: false, ...fakeResult(plan, one, place.key, facts) };
      if (one.id === `analyses/${step}`) return { ctx, result };
      await domain.steps.complete({ ctx, input: result });
    }
    throw new Error(`There is no analysis ${step}.`);
  }

  test('that is about other models, another benchmark, of another kind or too large', async () => {
    const { ctx, result } = await untilAnalysis('basin');
    const { produced } = result;
    if (produced.type !== 'analysis') throw new Error('This is no analysis.');
    const { document } = produced;
    const examined = document.examined as Readonly<Record<string, unknown>>;
    const wrong: readonly (readonly [RegExp, Readonly<Record<string, unknown>>])[] = [
      [
        /is about ft-00, ft-02, ft-01, where the plan says ft-00, ft-01, ft-02/,
        { models: ['ft-00', 'ft-02', 'ft-01'] },
      ],
      [/is not the benchmark benchmarks\/selection/, { examined: { ...examined, hash: 'b'.repeat(64) } }],
      [/is not the benchmark benchmarks\/selection/, { examined: { ...examined, rows: 41 } }],
      [/is not the benchmark benchmarks\/selection/, { examined: { ...examined, role: 'test' } }],
      [/is no document of barriers: .*analysis/s, { analysis: 'barrier' }],
      [/is no document of barriers: .*version/s, { version: 2 }],
      [/is no document of barriers: .*extra/s, { extra: 1 }],
      [/at most 16,777,216 are stored/, { extra: 'x'.repeat(17_000_000) }],
    ];
    const before = (await domain.analyses.list({ ctx: world.system, input: inLab })).totalCount;
    for (const [sentence, change] of wrong) {
      const input = { ...result, produced: { ...produced, document: { ...document, ...change } } };
      await expect(domain.steps.complete({ ctx, input })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringMatching(sentence),
      });
    }
    expect((await domain.analyses.list({ ctx: world.system, input: inLab })).totalCount).toBe(before);
    // As it is, it is taken.
    expect(await domain.steps.complete({ ctx, input: result })).toMatchObject({ committed: true });
  });

  test('that is about the search of another soup', async () => {
    const { ctx, result } = await untilAnalysis('search');
    const { produced } = result;
    if (produced.type !== 'analysis') throw new Error('This is no analysis.');
    const input = { ...result, produced: { ...produced, document: { ...produced.document, soup: 'uniform' } } };
    await expect(domain.steps.complete({ ctx, input })).rejects.toThrow(
      /is about the search of uniform, where the plan says greedy/,
    );
  });
});
