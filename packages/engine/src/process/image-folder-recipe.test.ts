import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { photographs } from '../data/photographs.fixture.js';
import { compilePlan, parseRecipe } from '../recipe/index.js';
import { cook } from './cook.js';
import { cleanKitchen, folder } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';

const recipe = `
version: 1
name: photographs
seed: 3
datasets:
  photos:
    source: { path: ./photos }
    format: auto
    near_duplicates: true
    splits:
      train: { role: train, from: train, count: 20 }
      selection: { role: selection, from: train }
      test: { role: test, from: val }
benchmarks:
  selection: { split: photos/selection }
  test: { split: photos/test }
stock:
  name: small
  architecture: { family: vit, image: 16, channels: 3, patch: 8, dim: 16, depth: 1, heads: 2, mlp: 32 }
  pretrain:
    algorithm: mae
    split: photos/train
    epochs: 1
    batch: 10
    lr: 1.0e-3
    weight_decay: 0.05
    mask: 0.5
    decoder: { dim: 16, depth: 1, heads: 2 }
  head: { algorithm: linear-probe, split: photos/train, epochs: 2, batch: 10, lr: 1.0e-2, weight_decay: 0 }
ingredients:
  - name: ft
    algorithm: supervised
    split: photos/train
    count: 2
    space: { lr: { loguniform: [1.0e-4, 1.0e-3] }, weight_decay: 0, epochs: 1, batch: 10 }
soups:
  greedy: { method: greedy, ingredients: [ft], select: selection }
report: [test]
`;

const base = folder();
let home: LocalHome;
/** Cooks what comes before any network: the data and the benchmarks. */
const cooking = () => {
  const plan = compilePlan(parseRecipe(recipe));
  const steps = plan.steps.filter(({ kind }) => kind === 'dataset' || kind === 'benchmark');
  return cook({ ...plan, steps }, { place: home, sources: { base, confined: true }, concurrency: 1 });
};

async function write(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    const file = join(base, 'photos', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}

beforeAll(async () => {
  const sizes = { classes: 3, sides: [18, 40] } as const;
  await write({
    ...(await photographs('train', { ...sizes, each: 10 })),
    ...(await photographs('val', { ...sizes, each: 3 })),
  });
  home = await LocalHome.open(folder());
});
afterAll(async () => {
  await home.close();
  cleanKitchen();
});

const summary = z.object({
  reader: z.literal('image-folder'),
  found: z.string(),
  image: z.tuple([z.literal(3), z.int(), z.int()]),
  overlaps: z.array(z.object({ a: z.string(), b: z.string(), n: z.int() })),
});

test('photographs in folders are registered once; one more image is other data; one in two splits is told', async () => {
  const first = await cooking();
  const data = summary.parse(first.get('datasets/photos')?.result.summary);
  expect(data.found).toBe('Found 3 folders of images, one a class in train/, val/.');
  expect(data.overlaps).toEqual([]);
  expect(first.get('benchmarks/test')?.result.summary).toMatchObject({ n: 9, role: 'test' });
  expect([...(await cooking()).values()].every(({ reused }) => reused)).toBe(true);

  // A photograph of the training set turns up among those of the test.
  const [[, leaked] = []] = Object.entries(await photographs('train', { classes: 3, sides: [18, 40], each: 10 }));
  if (leaked === undefined) throw new Error('there are no photographs');
  await write({ 'val/class-0/leak.jpg': leaked });
  const again = await cooking();
  expect(again.get('datasets/photos')).toMatchObject({ reused: false });
  const [overlap] = summary.parse(again.get('datasets/photos')?.result.summary).overlaps;
  expect(overlap).toMatchObject({ b: 'test', n: 1 });
  expect(again.get('benchmarks/test')?.result.summary).toMatchObject({ n: 10 });
});
