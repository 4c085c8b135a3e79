import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compilePlan, parseRecipe } from '../recipe/index.js';
import { cookedRecipes, readRunRecord, writeRunRecord } from './run-record.js';

const root = mkdtempSync(join(tmpdir(), 'stockpot home '));
afterAll(() => rmSync(root, { recursive: true }));

const tiny = readFileSync(new URL('../../../../examples/recipes/tiny.yaml', import.meta.url), 'utf8');
const plan = compilePlan(parseRecipe(tiny));
const hash = 'ab'.repeat(32);
const results = new Map(
  plan.steps.map(({ id, kind }) => {
    const outputs = { checkpoint: { hash, bytes: 1, mediaType: 'x' } };
    return [id, { key: hash, reused: false, result: { kind, outputs, summary: { n: 3 } } }];
  }),
);

beforeAll(() => writeRunRecord(root, plan, '/recipes', results));

test('what was cooked is found again by the recipe’s name: its steps in order, with their results', async () => {
  const record = await readRunRecord(root);
  expect(record).toMatchObject({ name: 'tiny', plan: plan.hash, base: '/recipes', report: plan.report });
  expect(record.steps.map(({ id }) => id)).toEqual(plan.steps.map(({ id }) => id));
  const greedy = record.steps.find(({ id }) => id === 'soups/greedy');
  expect(greedy).toMatchObject({ outputs: { checkpoint: hash }, summary: { n: 3 }, makes: { name: 'greedy' } });
});

test('of two recipes one must be named; what is no cooked folder is told so, with what to do', async () => {
  await writeRunRecord(root, { ...plan, name: 'other' }, '/recipes', results);
  expect(await cookedRecipes(root)).toHaveLength(2);
  await expect(readRunRecord(root)).rejects.toThrow(/2 recipes were cooked in .*: other, tiny\./);
  expect((await readRunRecord(root, 'other')).name).toBe('other');
  await expect(readRunRecord(root, 'third')).rejects.toThrow(/No recipe 'third' was cooked/);
  await expect(readRunRecord(join(root, 'nowhere'))).rejects.toThrow(/There is no folder/);
  await expect(readRunRecord(tmpdir())).rejects.toThrow(/holds no cooked recipe/);
  writeFileSync(join(root, 'runs', 'broken.json'), '{"format": "stockpot-run", "version": 2}');
  await expect(readRunRecord(root, 'broken')).rejects.toThrow(
    /not the record of a cooked recipe of this version: version/,
  );
});
