import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { completeStep, exampleRecipe, type SoupFacts, StepKeys, seedWorld, type World } from '../testing/index.js';

/** What engines answer for soups of three ingredients that are no plain means. */
const soups: Readonly<Record<string, SoupFacts>> = {
  // λ = −1 of the mean change: it unlearns.
  negated: { mixing: 'linear', coefficients: [-1 / 3, -1 / 3, -1 / 3], base: 2 },
  ties: { mixing: 'nominal', coefficients: [0.5, 0.25, 0.25] },
  layered: { mixing: 'by tensor', coefficients: [0.2, 0.3, 0.5] },
  'of-soups': { mixing: 'linear', coefficients: [0.75, 0.25] },
  'of-ties': { mixing: 'linear', coefficients: [0.5, 0.5] },
  pruned: {
    mixing: 'linear',
    coefficients: [0.5, 0.5, 0],
    trace: [
      { round: 0, turn: 0, index: 2, removed: true, score: 0.8, best: 0.7, accepted: true, members: 2 },
      { round: 1, turn: 0, index: 1, removed: true, score: 0.6, best: 0.8, accepted: false, members: 2 },
      { round: 2, turn: 1, index: 1, removed: true, cached: true, score: 0.6, best: 0.8, accepted: false, members: 2 },
    ],
  },
};
/** Soups of the two before: from the last of them 10⁸ ways lead to the ingredients. */
const LINKS = 40;
function chain(): string {
  const before = ['uniform', 'of-soups'];
  for (let i = 0; i < LINKS; i++) before.push(`link-${i}`);
  return before
    .slice(2)
    .map((name, i) => `  ${name}: { method: uniform, ingredients: [${before[i]}, ${before[i + 1]}] }`)
    .join('\n');
}
const RECIPE = exampleRecipe().replace(
  '  greedy:',
  `  negated: { method: task-arithmetic, ingredients: [ft], lambda: -1, merge: mean }
  ties: { method: ties, ingredients: [ft], weights: [2, 1, 1] }
  layered: { method: weighted, ingredients: [ft], weights: [1, 1, 1], layers: [{ tensors: 'head.*', shares: [0, 0, 1] }] }
  of-soups: { method: weighted, ingredients: [uniform, negated], weights: [3, 1] }
  of-ties: { method: uniform, ingredients: [ties, uniform] }
  pruned: { method: pruned, ingredients: [ft], select: selection }
${chain()}
  greedy:`,
);

let world: World;
const byName = new Map<string, string>();
beforeAll(async () => {
  world = await seedWorld();
  const lab = await world.lab('kitchen');
  const worker = await world.worker('host-0');
  const { id: runId } = await lab.submit(RECIPE);
  const plan = await domain.runs.start({ ctx: worker.ctx, input: { runId } });
  if (plan === null) throw new Error('The run is over.');
  const keys = new StepKeys(plan);
  const facts = { soup: (name: string) => soups[name] };
  for (const step of plan.steps) await completeStep(worker.ctx, runId, plan, step, keys.of(step), facts);
  const { nodes } = await domain.models.labLineage({ ctx: world.system, input: { lab: 'kitchen', run: runId } });
  for (const node of nodes) byName.set(node.name, node.id);
});
afterAll(() => world.drop());

const soup = (name: string) => domain.soups.get({ ctx: world.system, input: { id: byName.get(name) ?? '' } });
const named = (shares: readonly { ingredient: { name: string }; coefficient: number }[] | null) =>
  shares?.map(({ ingredient, coefficient }) => [ingredient.name, Number(coefficient.toFixed(12))]);

test('a negated task is kept as it is: negative shares, and more than one of the stock', async () => {
  const { soup: negated, coefficients, base, certificate } = await soup('negated');
  expect(negated).toMatchObject({ method: 'task-arithmetic', mixing: 'linear', parameters: { lambda: -1 } });
  expect(coefficients.map(({ coefficient }) => coefficient)).toEqual([-1 / 3, -1 / 3, -1 / 3]);
  expect(base).toMatchObject({ model: { name: 'mae-tiny', kind: 'stock' }, coefficient: 2 });
  expect(certificate).toMatchObject({ mediaType: 'application/json' });
  const { edges } = await domain.models.lineage({ ctx: world.system, input: { id: negated.id, depth: 1 } });
  const own = edges.filter(({ childId }) => childId === negated.id);
  expect(own.map(({ coefficient }) => coefficient).sort()).toEqual([-1 / 3, -1 / 3, -1 / 3, 2]);
});

test('a method that is no linear combination has nominal weights, and edges without a share', async () => {
  const { soup: ties, coefficients, base, effective } = await soup('ties');
  expect(ties.mixing).toBe('nominal');
  expect(named(coefficients)).toEqual([
    ['ft-00', 0.5],
    ['ft-01', 0.25],
    ['ft-02', 0.25],
  ]);
  expect([base?.coefficient, effective]).toEqual([null, null]);
  const [family] = await domain.models.families({ ctx: world.system, input: { lab: 'kitchen', ids: [ties.id] } });
  expect(family?.parents.map(({ coefficient }) => coefficient)).toEqual([null, null, null, null]);
});

test('a soup of soups is taken apart down to the ingredients and the stock', async () => {
  // 3/4 of a third of each, and 1/4 of minus a third of each and twice the stock.
  expect(named((await soup('of-soups')).effective)).toEqual([
    ['mae-tiny', 0.5],
    ...['ft-00', 'ft-01', 'ft-02'].map((name) => [name, Number((1 / 4 - 1 / 12).toFixed(12))]),
  ]);
  // Of what is in a soup by TIES no more is known than the soup itself.
  const parts = named((await soup('of-ties')).effective) ?? [];
  expect(parts[0]).toEqual(['ties', 0.5]);
  expect(parts).toHaveLength(4);
  expect((await soup('layered')).effective).toBeNull();
});

test('of what a search took out, the record says so', async () => {
  const { trace } = await soup('pruned');
  expect(trace.map(({ turn, removed, cached, accepted }) => ({ turn, removed, cached, accepted }))).toEqual([
    { turn: 0, removed: true, cached: false, accepted: true },
    { turn: 0, removed: true, cached: false, accepted: false },
    { turn: 1, removed: true, cached: true, accepted: false },
  ]);
});

test('a long chain of soups of soups is taken apart along its edges', async () => {
  const { effective } = await soup(`link-${LINKS - 1}`);
  // Half of each of the two before: xₙ = ½xₙ₋₁ + ½xₙ₋₂ tends to ⅓ of the first and ⅔ of the second.
  const { effective: second } = await soup('of-soups');
  const counts = new Map(second?.map(({ ingredient, coefficient }) => [ingredient.name, (2 / 3) * coefficient]));
  for (const { ingredient, coefficient } of (await soup('uniform')).effective ?? []) {
    counts.set(ingredient.name, (counts.get(ingredient.name) ?? 0) + coefficient / 3);
  }
  expect(effective).toHaveLength(counts.size);
  for (const { ingredient, coefficient } of effective ?? []) {
    expect(coefficient).toBeCloseTo(counts.get(ingredient.name) ?? Number.NaN, 11);
  }
});
