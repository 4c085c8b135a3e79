import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CookedRun } from '../analysis/subject/cooked-run.js';
import { compilePlan, parseRecipe } from '../recipe/index.js';
import type { CookedStep } from './cook.js';
import { cookedRecipes, readRunRecord, writeRunRecord } from './run-record.js';

const root = mkdtempSync(join(tmpdir(), 'stockpot home '));
afterAll(() => rmSync(root, { recursive: true }));

const tiny = readFileSync(new URL('../../../../examples/recipes/tiny.yaml', import.meta.url), 'utf8');
const plan = compilePlan(parseRecipe(tiny));
const hash = 'ab'.repeat(32);
/** What other steps are given of one. */
const outputsOf = (id: string) =>
  plan.steps.flatMap(({ inputs }) =>
    Object.values(inputs).flatMap((all) => all.filter(({ step }) => step === id).map(({ output }) => output)),
  );
const cooked = (kind: string, outputs: readonly string[], content = hash): CookedStep => ({
  key: content,
  reused: false,
  result: {
    kind,
    outputs: Object.fromEntries(outputs.map((output) => [output, { hash: content, bytes: 1, mediaType: 'x' }])),
    summary: { n: 3 },
  },
});
const results: ReadonlyMap<string, CookedStep> = new Map(
  plan.steps.map(({ id, kind }) => {
    return [id, cooked(kind, ['checkpoint', ...outputsOf(id)])];
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

test('a cook that failed half-way leaves what is there by name, and says of the rest why it is not; a later one completes it', async () => {
  const home = mkdtempSync(join(root, 'half '));
  const failed = 'ingredients/ft-01';
  const hangs = (id: string): boolean =>
    id === failed ||
    (plan.steps.find((step) => step.id === id)?.inputs !== undefined &&
      Object.values(plan.steps.find((step) => step.id === id)?.inputs ?? {}).some((inputs) =>
        inputs.some(({ step }) => hangs(step)),
      ));
  const there = new Map([...results].filter(([id]) => !hangs(id)));
  const failures = new Map([[failed, { name: 'Error', message: 'The disk is full.', advice: 'Make room.' }]]);
  await writeRunRecord(home, plan, '/recipes', there, failures);
  const run = await CookedRun.open(home);
  expect(run.model('ft-00').outputs).toEqual({ checkpoint: hash });
  expect(run.models.map(({ makes }) => makes.name)).not.toContain('uniform');
  expect(() => run.model('ft-01')).toThrow("has not finished 'Fine-tune ft-01': it failed: The disk is full.");
  expect(() => run.soup('uniform')).toThrow('it was stopped before.');
  expect(() => run.model('ft-09')).toThrow("cooked no model 'ft-09'");
  const written = readFileSync(join(home, 'runs', 'tiny.json'), 'utf8');
  expect(JSON.parse(written).unfinished).toContainEqual(
    expect.objectContaining({ id: failed, error: 'The disk is full.' }),
  );

  await writeRunRecord(home, plan, '/recipes', results);
  const whole = await readRunRecord(home);
  expect([whole.unfinished, whole.steps.length]).toEqual([undefined, plan.steps.length]);
  // Stopped early, a cook of the same plan takes nothing away; what came of other inputs is no longer its result.
  const [first] = plan.steps;
  const start = (content: string) =>
    new Map([[first?.id ?? '', cooked('dataset', ['manifest', 'checkpoint'], content)]]);
  await writeRunRecord(home, plan, '/recipes', start(hash));
  expect((await readRunRecord(home)).steps.length).toBe(plan.steps.length);
  await writeRunRecord(home, plan, '/recipes', start('cd'.repeat(32)));
  expect((await readRunRecord(home)).steps.map(({ id }) => id)).toEqual([first?.id]);
});

test('a search is read that says more than is known, and one that cannot be read is of another version', async () => {
  const trial = {
    round: 0,
    index: 2,
    score: 0.5,
    best: 0.5,
    accepted: true,
    members: 1,
    milliseconds: 3,
    later: 'news',
  };
  const searched = async (name: string, trace: readonly object[]) => {
    const home = mkdtempSync(join(root, `${name} `));
    const told = { method: 'greedy', rule: '>=', trace };
    const of = (id: string, step: CookedStep): CookedStep =>
      id === 'soups/greedy' ? { ...step, result: { ...step.result, summary: JSON.parse(JSON.stringify(told)) } } : step;
    await writeRunRecord(home, plan, '/recipes', new Map([...results].map(([id, step]) => [id, of(id, step)])));
    return CookedRun.open(home);
  };
  const { later: _, ...known } = trial;
  expect((await searched('more', [trial])).soup('greedy').facts.trace).toEqual([known]);
  const strange = await searched('strange', [{ ...trial, score: 'high' }]);
  expect(() => strange.soup('greedy')).toThrow('greedy is a soup of another version of Stockpot.');
});

test('a score on a shift that a model was trained on without labels is recorded as such', async () => {
  const home = mkdtempSync(join(root, 'shift '));
  const marked = {
    ...plan,
    steps: plan.steps.map((step) =>
      step.makes.type === 'evaluation' ? { ...step, makes: { ...step.makes, transduction: 'joint' as const } } : step,
    ),
  };
  await writeRunRecord(home, marked, '/recipes', results);
  const scores = (await readRunRecord(home)).steps.flatMap(({ makes }) => (makes.type === 'evaluation' ? [makes] : []));
  expect(scores.length).toBeGreaterThan(0);
  expect(new Set(scores.map(({ transduction }) => transduction))).toEqual(new Set(['joint']));
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
