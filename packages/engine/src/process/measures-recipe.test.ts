import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { npyArray } from '../corruptions/official/npy.fixture.js';
import { tinyDataset } from '../data/idx-files.fixture.js';
import { keyed } from '../random/index.js';
import { compilePlan } from '../recipe/compile.js';
import { parseRecipe } from '../recipe/parse.js';
import { type CookedStep, cook } from './cook.js';
import { cleanKitchen, folder } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';

const SIDE = 8;

/** A stock, an ingredient that was trained without labels and never since, and one fine-tuning. */
const recipe = (data: string) => `
version: 1
name: measures
seed: 3
datasets:
  dots:
    source: { path: ${JSON.stringify(data)} }
    splits:
      train: { role: train, from: train, count: 64 }
      test: { role: test, from: test }
benchmarks:
  near: { kind: knn, split: dots/test, reference: dots/train, k: 5 }
  search: { kind: retrieval, split: dots/test, reference: dots/train }
  attacked: { kind: adversarial, split: dots/test, epsilon: 0.1, steps: 2 }
  files: { split: dots/test, corruptions: { suite: mnist-c, files: { path: ${JSON.stringify(join(data, 'mnist_c'))} }, only: [fog, zigzag] } }
stock:
  name: micro
  architecture: { family: vit, image: ${SIDE}, channels: 1, patch: 4, dim: 8, depth: 1, heads: 2, mlp: 16 }
  pretrain: { algorithm: mae, split: dots/train, epochs: 2, batch: 16, lr: 1.0e-3, weight_decay: 0.05, mask: 0.5, decoder: { dim: 8, depth: 1, heads: 2 } }
  head: { algorithm: linear-probe, split: dots/train, epochs: 2, batch: 16, lr: 1.0e-2, weight_decay: 0 }
ingredients:
  - name: mae
    algorithm: mae
    split: dots/train
    space: { epochs: 1, batch: 16, lr: 1.0e-4, weight_decay: 0.01, mask: 0.75, decoder: { dim: 8, depth: 1, heads: 2 } }
  - name: ft
    algorithm: supervised
    split: dots/train
    count: 2
    space: { epochs: 1, batch: 16, lr: { loguniform: [1.0e-4, 1.0e-3] }, weight_decay: 0.01 }
soups:
  soup: { method: uniform, ingredients: [ft] }
report: [near, search, attacked, files]
`;

let home: LocalHome;
let data: Awaited<ReturnType<typeof tinyDataset>>;
const labels = (n: number) => Array.from({ length: n }, (_, i) => i % 2);

/** Writes one corruption as MNIST-C has it. */
async function corrupt(name: string, seed: number): Promise<void> {
  const random = keyed(seed, name);
  const place = join(data.folder, 'mnist_c', name);
  await mkdir(place, { recursive: true });
  const pixels = Uint8Array.from({ length: 32 * SIDE * SIDE }, () => random.integer(256));
  await writeFile(join(place, 'test_images.npy'), npyArray([32, SIDE, SIDE, 1], pixels));
  await writeFile(join(place, 'test_labels.npy'), npyArray([32], labels(32)));
}

beforeAll(async () => {
  const part = (n: number, seed: number) => {
    const random = keyed(seed, 'dots');
    const images = labels(n).map((label) =>
      Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % 2 === label ? 120 : 0) + random.integer(100)),
    );
    return { labels: labels(n), images };
  };
  data = await tinyDataset(SIDE, { train: part(64, 1), test: part(32, 2) });
  await corrupt('fog', 1);
  await corrupt('zigzag', 1);
  home = await LocalHome.open(folder());
});
afterAll(async () => {
  await home.close();
  await data[Symbol.asyncDispose]();
  cleanKitchen();
});

async function cooked(): Promise<ReadonlyMap<string, CookedStep>> {
  const plan = compilePlan(parseRecipe(recipe(data.folder)));
  return cook(plan, { place: home, sources: { base: home.root, confined: false }, concurrency: 2 });
}

test('a recipe scores models without a head by their features, and official files as they are on the day', async () => {
  const first = await cooked();
  const summary = (id: string) => first.get(id)?.result.summary ?? {};
  expect(summary('evaluations/mae-00/near').top1).toBeGreaterThan(0.9);
  expect(summary('evaluations/mae-00/search').further).toHaveProperty('meanAveragePrecision');
  expect(first.has('evaluations/mae-00/attacked')).toBe(false);
  expect(summary('evaluations/ft-00/files').cells).toMatchObject({ corruption: ['fog', 'zigzag'], severity: [1, 1] });
  expect([...first].filter(([id]) => id.startsWith('features/mae-00/'))).toHaveLength(2);

  await corrupt('zigzag', 2);
  const again = await cooked();
  const ran = [...again].flatMap(([id, { reused }]) => (reused ? [] : [id]));
  expect(ran.sort()).toEqual([
    'benchmarks/files',
    'evaluations/ft-00/files',
    'evaluations/ft-01/files',
    'evaluations/soup/files',
    'evaluations/stock/files',
  ]);
});
