import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeRunRecord } from '@stockpot/engine/process';
import { compilePlan, parseRecipe } from '@stockpot/engine/recipe';
import { afterAll, expect, test, vi } from 'vitest';
import { folder, removeFolders, tiny } from '../cli.fixture.js';
import { run } from '../soup/run.fixture.js';

afterAll(removeFolders);

const recipe = `${tiny}\nanalyses:\n  basin: { kind: barriers, models: [ft], on: selection }\n`;
const plan = compilePlan(parseRecipe(recipe));

/** A cooked folder whose cook was stopped when these steps were there. */
async function stopped(...finished: readonly string[]): Promise<string> {
  const home = join(folder(), 'home');
  mkdirSync(join(home, 'blobs'), { recursive: true });
  const summary = { n: 9, role: 'selection', corruptions: null, top1: 0.5, meanCorruptionError: null };
  const results = plan.steps
    .filter(({ id }) => finished.includes(id))
    .map(({ id, kind }) => [id, { key: '', reused: false, result: { kind, outputs: {}, summary } }] as const);
  await writeRunRecord(home, plan, '/recipes', new Map(results));
  return home;
}

test('a cook that was stopped before a model had a score that ranks has no leaderboard, and says so', async () => {
  const nothing = await stopped('datasets/mnist', 'benchmarks/test');
  const refusal = { message: 'The cook of tiny ended before a model of it had a score.' };
  await expect(run(`leaderboard '${nothing}'`)).rejects.toMatchObject(refusal);
  // What models are chosen by ranks none.
  const chosen = await stopped('datasets/mnist', 'benchmarks/selection', 'stock', 'evaluations/stock/selection');
  await expect(run(`leaderboard '${chosen}'`)).rejects.toMatchObject(refusal);
});

test('analyses that a stopped cook did not come to are named as such', async () => {
  const home = await stopped('datasets/mnist');
  const told = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    expect(await run(`analyse show '${home}'`)).toBe('');
    expect(told).toHaveBeenCalledWith('Not finished: basin. Cook the recipe again.\n');
  } finally {
    told.mockRestore();
  }
});
