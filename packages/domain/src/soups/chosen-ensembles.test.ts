import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { exampleRecipe, seedWorld, type World } from '../testing/index.js';

let world: World;
beforeAll(async () => {
  world = await seedWorld();
});
afterAll(() => world.drop());

test('an ensemble whose members were chosen keeps how: the rule, the benchmark, and every candidate with its score', async () => {
  const lab = await world.lab('chosen');
  const recipe = exampleRecipe().replace(
    'baselines: [ensemble, best]',
    "baselines: [ensemble, best, { method: greedy-ensemble, accept: '>' }]",
  );
  await (await lab.submit(recipe)).cook(await world.worker('host'));
  const input = { lab: lab.slug, kind: 'ensemble' as const };
  const ensembles = (await domain.models.list({ ctx: world.system, input })).edges.map(({ node }) => node);
  const found = (method: string) => {
    const one = ensembles.find((model) => 'method' in model && model.method === method);
    if (one?.kind !== 'ensemble') throw new Error(`There is no ${method}.`);
    return one;
  };
  const [chosen, whole] = [found('greedy-ensemble'), found('logit-ensemble')];
  const benchmarks = await domain.benchmarks.list({ ctx: world.system, input: { lab: lab.slug } });
  const selection = benchmarks.find(({ role }) => role === 'selection');
  expect(chosen).toMatchObject({ acceptRule: '>', selectionBenchmarkId: selection?.id });
  expect(whole).toMatchObject({ acceptRule: null, selectionBenchmarkId: null });

  const ids = [chosen.id, whole.id, 'ens_nothing'];
  const traces = await domain.soups.traces({ ctx: world.system, input: { lab: lab.slug, ids } });
  expect([...traces.keys()]).toEqual([chosen.id]);
  const candidates = traces.get(chosen.id) ?? [];
  const named = await domain.models.many({
    ctx: world.system,
    input: { lab: lab.slug, ids: candidates.map(({ candidateId }) => candidateId) },
  });
  // The seed kit's search takes all but the last, in the order of their scores.
  expect(named.map(({ name }) => name)).toEqual(['ft-00', 'ft-01', 'ft-02']);
  expect(candidates.map(({ round, accepted, n }) => [round, accepted, n])).toEqual([
    [0, true, 40],
    [1, true, 40],
    [2, false, 40],
  ]);
  // What greedy soups find of one pool is not known from what ensembles scored.
  const greedy = (await domain.models.list({ ctx: world.system, input: { lab: lab.slug, kind: 'soup' } })).edges.find(
    ({ node }) => node.name === 'greedy',
  )?.node;
  const [evidence] = await domain.analyses.evidence({
    ctx: world.system,
    input: { lab: lab.slug, ids: [greedy?.id ?? ''] },
  });
  expect(evidence?.trace).toHaveLength(3);
});
