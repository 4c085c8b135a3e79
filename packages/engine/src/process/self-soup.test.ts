import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSafetensors } from '../checkpoints/safetensors.js';
import { tinyDataset } from '../data/idx-files.fixture.js';
import { keyed } from '../random/index.js';
import { compilePlan } from '../recipe/compile.js';
import { parseRecipe } from '../recipe/parse.js';
import { type CookedStep, cook } from './cook.js';
import { cleanKitchen, folder } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';

const SIDE = 8;

/** A Self-Soup of the smallest kind: two trainings without labels, one on images of the shift, two fine-tunings from each. */
const recipe = (data: string) => `
version: 1
name: self-soup
seed: 3
datasets:
  dots:
    source: { path: ${JSON.stringify(data)} }
    splits:
      train: { role: train, from: train, count: 32 }
      selection: { role: selection, from: train, count: 32 }
      even: { role: shift, from: test, count: 32 }
      odd: { role: shift, from: test, count: 32 }
benchmarks:
  selection: { split: dots/selection }
  even: { split: dots/even }
  odd: { split: dots/odd }
stock:
  name: micro
  architecture: { family: vit, image: ${SIDE}, channels: 1, patch: 4, dim: 8, depth: 1, heads: 2, mlp: 16 }
  pretrain: { algorithm: mae, split: dots/train, epochs: 2, batch: 16, lr: 1.0e-3, weight_decay: 0.05, mask: 0.5, decoder: { dim: 8, depth: 1, heads: 2 } }
  head: { algorithm: linear-probe, split: dots/train, epochs: 2, batch: 16, lr: 1.0e-2, weight_decay: 0 }
ingredients:
  - name: mae
    algorithm: mae
    split: dots/even
    space: { epochs: 1, batch: 16, lr: 1.0e-4, weight_decay: 0.01, mask: 0.75, decoder: { dim: 8, depth: 1, heads: 2 } }
  - name: lejepa
    algorithm: lejepa
    split: dots/train
    space: { epochs: 1, batch: 16, lr: 1.0e-4, weight_decay: 0.01, slices: 16, local_views: 1, hidden: 8, width: 4, views: shift }
  - name: self
    algorithm: supervised
    split: dots/train
    from: [mae, lejepa]
    count: 2
    space: { epochs: 1, batch: 16, lr: { loguniform: [1.0e-4, 1.0e-3] }, weight_decay: 0.01 }
soups:
  soup: { method: uniform, ingredients: [self] }
report: [even, odd]
`;

let home: LocalHome;
let data: Awaited<ReturnType<typeof tinyDataset>>;

beforeAll(async () => {
  const part = (n: number, seed: number) => {
    const random = keyed(seed, 'dots');
    const labels = Array.from({ length: n }, (_, i) => i % 2);
    return {
      labels,
      images: labels.map((label) =>
        Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % 2 === label ? 120 : 0) + random.integer(100)),
      ),
    };
  };
  data = await tinyDataset(SIDE, { train: part(64, 1), test: part(64, 2) });
  home = await LocalHome.open(folder());
});
afterAll(async () => {
  await home.close();
  await data[Symbol.asyncDispose]();
  cleanKitchen();
});

test('a recipe of Self-Soupervision cooks to a soup of all its fine-tunings, in one basin', async () => {
  const plan = compilePlan(parseRecipe(recipe(data.folder)));
  const results = await cook(plan, {
    place: home,
    sources: { base: home.root, confined: false },
    concurrency: 2,
  });
  const made = (id: string): CookedStep => {
    const found = results.get(id);
    if (found === undefined) throw new Error(`The step ${id} was not cooked.`);
    return found;
  };
  const weights = async (id: string) => {
    const { hash } = made(id).result.outputs.checkpoint ?? { hash: '' };
    return decodeSafetensors(new Uint8Array(await home.store.read(hash)));
  };
  const members = ['mae-00-00', 'mae-00-01', 'lejepa-00-00', 'lejepa-00-01'].map((name) => `ingredients/self-${name}`);
  const soup = await weights('soups/soup');
  const parts = await Promise.all(members.map(weights));
  const numbers = (model: typeof soup) => [...(model.tensors.get('blocks.0.attn.qkv.weight')?.data ?? [])].map(Number);
  const mean = numbers(soup).map(
    (_, i) => parts.map(numbers).reduce((sum, part) => sum + (part[i] ?? Number.NaN), 0) / parts.length,
  );
  expect(numbers(soup).length).toBeGreaterThan(0);
  for (const [i, value] of numbers(soup).entries()) expect(value).toBeCloseTo(mean[i] ?? Number.NaN, 7);

  const stock = made('stock').result.outputs.checkpoint?.hash;
  const lineage = await weights('ingredients/lejepa-00');
  expect(lineage.metadata.get('stockpot.stock')).toBe(stock);
  expect([...lineage.tensors.keys()].some((name) => name.startsWith('projector.'))).toBe(true);
  for (const part of parts) {
    expect(part.metadata.get('stockpot.stock')).toBe(stock);
    expect([...part.tensors.keys()].some((name) => name.startsWith('projector.'))).toBe(false);
  }
  const titles = plan.steps.filter(({ kind }) => kind === 'evaluate').map(({ title }) => title);
  expect(titles).toContain('Score self-mae-00-00 on even (transductive, joint)');
  expect(titles).toContain('Score self-mae-00-00 on odd (transductive, disjoint)');
  expect(titles).toContain('Score self-lejepa-00-00 on odd');
});
