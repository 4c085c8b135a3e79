import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folder, removeFolders, stockpot, tiny } from '../cli.fixture.js';
import { run } from '../soup/run.fixture.js';

const place = folder();
const home = join(place, 'home');

function blob(hash: string): string {
  const blobs = join(home, 'blobs');
  const found = readdirSync(blobs, { recursive: true, encoding: 'utf8' }).find((one) => one.endsWith(hash));
  return join(blobs, found ?? '');
}

beforeAll(async () => {
  const recipe = tiny
    .replaceAll('count: 1024', 'count: 128')
    .replace('count: 400', 'count: 60')
    .replace('count: 500', 'count: 40')
    .replace('report: [test, corruptions]', 'report: [test]')
    .replace(/ {2}corruptions: .*\n/, '')
    .replace('soups:', '  - { name: aligned, algorithm: aligned, align: [ft-01], to: ft-00 }\n\nsoups:')
    .replace(
      '  greedy:',
      `  ties: { method: ties, ingredients: [ft] }
  forgets: { method: task-arithmetic, ingredients: [ft-00], lambda: -0.5 }
  of-soups: { method: weighted, ingredients: [uniform, forgets], weights: [3, 1] }
  greedy:`,
    );
  writeFileSync(join(place, 'soups.yaml'), recipe);
  const { code, stderr } = await stockpot('cook', join(place, 'soups.yaml'), '--home', home, '--json');
  expect([code, stderr.includes('stockpot:')]).toEqual([0, false]);
}, 60_000);
afterAll(removeFolders);

test.each(['greedy', 'ties', 'forgets', 'of-soups'])(
  'the soup %s of a cooked recipe is proven by its name',
  async (name) => {
    expect(await run(`verify '${home}' ${name}`)).toMatch(
      new RegExp(`^${name}: all \\d+ tensors are as its certificate says\\. Cooked again from its`),
    );
  },
);

test('an aligned ingredient is proven by its name: its model in the recorded order, until a unit is moved', async () => {
  expect(await run(`verify '${home}' aligned-ft-01`)).toBe(
    'aligned-ft-01: every tensor is that of ft-01 with its units in the recorded order, by which it was aligned to ft-00.\n',
  );
  const { steps } = JSON.parse(readFileSync(join(home, 'runs', 'tiny.json'), 'utf8'));
  const file = blob(steps.find(({ id }: { id: string }) => id === 'ingredients/aligned-ft-01').outputs.permutation);
  const honest = readFileSync(file);
  const record = JSON.parse(honest.toString());
  record.orders['blocks.1.mlp'].reverse();
  chmodSync(file, 0o644);
  writeFileSync(file, JSON.stringify(record));
  const before = process.exitCode;
  const told = await run(`verify '${home}' aligned-ft-01`);
  expect(told).toMatch(/Tensor "blocks.1.mlp.fc1.weight" is not that of the model in the recorded order/);
  expect(told).not.toMatch(/blocks\.0/);
  expect(process.exitCode).toBe(1);
  process.exitCode = before;
  writeFileSync(file, honest);
});

test('a soup of soups that claims other shares of what its soups were made of is found out', async () => {
  const { steps } = JSON.parse(readFileSync(join(home, 'runs', 'tiny.json'), 'utf8'));
  const { certificate } = steps.find(({ id }: { id: string }) => id === 'soups/of-soups').outputs;
  const file = blob(certificate);
  const honest = readFileSync(file);
  const claims = JSON.parse(honest.toString());
  // 3/4 of the mean of three, and 1/4 of (3/2 stock − 1/2 ft-00): ft-00 counts 1/8.
  const counts = claims.effective.map((part: { coefficient: number }) => part.coefficient);
  expect(counts).toEqual([0.125, 0.25, 0.25, 0.375]);
  chmodSync(file, 0o644);
  claims.effective[0].coefficient = 0.25;
  claims.effective[3].coefficient = 0.25;
  writeFileSync(file, JSON.stringify(claims));
  const before = process.exitCode;
  const told = await run(`verify '${home}' of-soups`);
  expect(told.match(/counts 0\.25 once soups among its inputs are taken apart/g)).toHaveLength(2);
  expect(process.exitCode).toBe(1);
  process.exitCode = before;
  writeFileSync(file, honest);
});

test('a checkpoint that was changed where it lies is found out', async () => {
  const { steps } = JSON.parse(readFileSync(join(home, 'runs', 'tiny.json'), 'utf8'));
  const { checkpoint } = steps.find(({ id }: { id: string }) => id === 'soups/forgets').outputs;
  const file = blob(checkpoint);
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  chmodSync(file, 0o644);
  writeFileSync(file, bytes);
  const before = process.exitCode;
  expect(await run(`verify '${home}' forgets`)).toMatch(
    /^forgets is not what its certificate says:\n {2}Tensor ".*" has the hash/,
  );
  expect(process.exitCode).toBe(1);
  process.exitCode = before;
});

test.each([
  ['', 'No soup was named.', /Name one of uniform, ties, forgets, of-soups, greedy\./],
  ['tis', "cooked no model 'tis'", /Name one of these/],
  ['ft-00', 'ft-00 is no soup but an ingredient.', /Name a soup: uniform/],
])('what is no soup there (%s) is told with what is', async (name, message, advice) => {
  const error = await run(`verify '${home}' ${name}`).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    message: expect.stringContaining(message),
    advice: expect.stringMatching(advice),
  });
});
