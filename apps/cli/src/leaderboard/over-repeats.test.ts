import { readFileSync } from 'node:fs';
import type { CookedStep } from '@stockpot/engine/process';
import { compilePlan, parseRecipe, repeatOf } from '@stockpot/engine/recipe';
import { expect, test } from 'vitest';
import { leaderboardOf } from './from-results.js';
import { overRepeats } from './over-repeats.js';
import { repeatsTable } from './repeats-table.js';

const example = readFileSync(new URL('../../../../examples/recipes/repeats.yaml', import.meta.url), 'utf8');
const planOf = (repeats: number) => compilePlan(parseRecipe(example.replace('repeats: 3', `repeats: ${repeats}`)));

/** Scores on test and selection: of each repeat another ingredient is the best on the selection split. */
const scores: Record<string, readonly [number, number]> = {
  stock: [0.4, 0.41],
  uniform: [0.7, 0.8],
  'uniform@2': [0.8, 0.8],
  'uniform@3': [0.9, 0.8],
  greedy: [0.72, 0.9],
  'greedy@2': [0.83, 0.9],
  'greedy@3': [0.94, 0.9],
  'ft-00': [0.6, 0.7],
  'ft-01@2': [0.7, 0.7],
  'ft-02@3': [0.8, 0.7],
};

function boardOf(repeats: number, unfinished: readonly string[] = []) {
  const plan = planOf(repeats);
  const cooked = (summary: CookedStep['result']['summary'], kind: string): CookedStep => ({
    ...{ key: '', reused: true, result: { kind, outputs: {}, summary } },
  });
  const results = new Map(
    plan.steps.map(({ id, kind }) => {
      const [, model = '', benchmark = ''] = id.split('/');
      const [test, selection] = scores[model] ?? [0.5, 0.5];
      const role = id === 'benchmarks/selection' ? 'selection' : 'test';
      const top1 = benchmark === 'selection' ? selection : test;
      return [id, cooked({ n: 500, top1, meanCorruptionError: null, role, corruptions: null }, kind)] as const;
    }),
  );
  for (const id of unfinished) results.delete(id);
  return leaderboardOf(plan, results);
}

test('a recipe that is cooked once has no board over seeds', () => {
  expect(overRepeats(boardOf(1))).toBeNull();
});

test('each model stands once, over its repeats; the best ingredient is chosen in each for itself', () => {
  const board = boardOf(3);
  const best = board.rows.filter(({ bestIngredient }) => bestIngredient).map(({ model }) => model);
  expect(best.sort()).toEqual(['ft-00', 'ft-01@2', 'ft-02@3']);
  const over = overRepeats(board);
  expect(over?.rows.map(({ model }) => model).slice(0, 3)).toEqual(['greedy', 'uniform', null]);
  const means = over?.rows.map(({ scores: [first] }) => first?.mean ?? -1) ?? [];
  expect(means).toEqual([...means].sort((a, b) => b - a));
  const rowOf = (name: string | null) => over?.rows.find(({ model }) => model === name);
  expect(rowOf(null)?.scores[0]).toMatchObject({ n: 3, mean: expect.closeTo(0.7, 12), sd: expect.closeTo(0.1, 12) });
  // No seed reaches the stock.
  expect(rowOf('mae-vit-micro')).toMatchObject({
    scores: [{ n: 1, mean: 0.4, interval: null }, { n: 1 }],
    overBest: null,
  });
  // 0.12, 0.13, 0.14 over the best ingredient of the same seeds.
  expect(rowOf('greedy')?.overBest).toMatchObject({
    n: 3,
    difference: expect.closeTo(0.13, 12),
    sd: expect.closeTo(0.01, 12),
  });
  expect(rowOf('uniform')?.overBest?.difference).toBeCloseTo(0.1, 12);
  expect(board.rows.filter(({ model }) => repeatOf(model).name === 'greedy')).toHaveLength(3);
});

test('the table says mean ± half the interval, n, and what is gained on the same seeds', () => {
  const over = overRepeats(boardOf(3));
  if (over === null) throw new Error('a board of three repeats');
  const table = repeatsTable(over, { color: false });
  // Deviation 0.1, t of two degrees 4.302653, over √3; of the differences a tenth of it.
  expect(table).toMatch(/│ uniform +│ soup +│ +80\.00 ± 24\.84 │/);
  expect(table).toMatch(/│ best ingredient \* +│ ingredient +│ +70\.00 ± 24\.84 │/);
  expect(table).toMatch(/│ mae-vit-micro +│ stock +│ +40\.00 │/);
  expect(table).toContain('greedy +13.00 [+10.52, +15.48]');
  expect(table).toContain('Over 3 repeats with other seeds, ordered by test');
});

test('two repeats are shown as two, without an interval', () => {
  const over = overRepeats(boardOf(2));
  if (over === null) throw new Error('a board of two repeats');
  const table = repeatsTable(over, { color: false });
  expect(table).toMatch(/│ uniform +│ soup +│ +75\.00 \(n = 2\) │/);
  expect(table).not.toContain(' ± 0');
  expect(table).toContain('(n = 2): greedy +12.50, ');
});

test('of a cook that was stopped it says which difference rests on fewer seeds', () => {
  const over = overRepeats(boardOf(3, ['evaluations/greedy@3/test']));
  if (over === null) throw new Error('a board of three repeats');
  const table = repeatsTable(over, { color: false });
  expect(table).toMatch(/\(n = 3\): .*greedy \+12\.50 \(n = 2\)/);
  expect(table).toMatch(/uniform \+10\.00 \[[^\]]+\](,|\.)/);
});
