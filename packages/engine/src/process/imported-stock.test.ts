import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import { writeCheckpoint } from '../checkpoints/write-checkpoint.js';
import { numbered, tinyDataset } from '../data/idx-files.fixture.js';
import { emptyTensor, tensorOf } from '../graph/tensor.js';
import { architectureSchema } from '../models/architecture.js';
import { initialise } from '../models/initialise.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { compilePlan, parseRecipe } from '../recipe/index.js';
import { type CookFailedError, cook } from './cook.js';
import { cleanKitchen, folder } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';
import { externalInputHashes } from './sources.js';

const SIDE = 8;
const architecture = architectureSchema.parse({
  family: 'vit',
  image: SIDE,
  channels: 1,
  patch: 4,
  dim: 16,
  depth: 1,
  heads: 2,
  mlp: 32,
});
const model = { architecture, preprocessing: { mean: [0.1], std: [0.3] } };
const stockBytes = (seed: number) => encodeModel(initialise(visionModel(architecture).parameters, seed), model);

const recipe = (checkpoint: string) => `
version: 1
name: imported
seed: 3
datasets:
  digits:
    source: { path: ./data }
    splits:
      train: { role: train, from: train, count: 60 }
      selection: { role: selection, from: train, count: 20 }
      test: { role: test, from: test }
benchmarks:
  selection: { split: digits/selection }
  test: { split: digits/test }
stock:
  name: brought-along
  ${checkpoint}
  head: { algorithm: linear-probe, split: digits/train, epochs: 2, batch: 20, lr: 1.0e-2, weight_decay: 0 }
ingredients:
  - name: ft
    algorithm: supervised
    split: digits/train
    count: 2
    space: { lr: { loguniform: [1.0e-4, 1.0e-3] }, weight_decay: 0, epochs: 1, batch: 20 }
soups:
  greedy: { method: greedy, ingredients: [ft], select: selection }
report: [test]
`;

const base = folder();
let home: LocalHome;
const cooking = (text: string) =>
  cook(compilePlan(parseRecipe(text)), { place: home, sources: { base, confined: true }, concurrency: 1 });
const failureOf = (text: string) =>
  cooking(text).then(
    () => 'It was cooked.',
    (error: CookFailedError) => `${error.message} ${error.advice}`,
  );

beforeAll(async () => {
  await using data = await tinyDataset(SIDE, { train: numbered(80, SIDE, 3), test: numbered(30, SIDE, 3) });
  await mkdir(join(base, 'data'));
  for (const part of ['train', 't10k']) {
    for (const file of ['images-idx3-ubyte', 'labels-idx1-ubyte']) {
      await rename(join(data.folder, `${part}-${file}`), join(base, 'data', `${part}-${file}`));
    }
  }
  await writeFile(join(base, 'stock.safetensors'), stockBytes(1));
  home = await LocalHome.open(folder());
});
afterAll(async () => {
  await home.close();
  cleanKitchen();
});

describe('a stock that was there before the recipe', () => {
  test('is probed, fine-tuned and souped; its own bytes are the artifact; nothing runs twice', async () => {
    const first = await cooking(recipe('checkpoint: { path: ./stock.safetensors }'));
    expect(first.get('stock')?.result).toMatchObject({
      kind: 'import',
      summary: { architecture: { family: 'vit', dim: 16 }, format: 'stockpot', tensors: 18 },
    });
    const stock = first.get('stock')?.result.outputs.checkpoint?.hash ?? '';
    expect(await home.store.read(stock)).toEqual(Buffer.from(stockBytes(1)));
    const soup = first.get('soups/greedy')?.result.outputs.checkpoint?.hash ?? '';
    const { metadata, tensors } = await readSafetensors(home.store.path(soup));
    expect(metadata.get('stockpot.stock')).toBe(stock);
    expect(tensors.get('head.weight')?.shape).toEqual([3, 16]);
    const again = await cooking(recipe('checkpoint: { path: ./stock.safetensors }'));
    expect([...again.values()].filter(({ reused }) => !reused)).toEqual([]);
  });

  test('in shards of half precision is the same model in f32, its decoder left as it is', async () => {
    const half = new Map(
      [...initialise(visionModel(architecture).parameters, 2)].map(([name, { shape, data }]) => [
        name,
        tensorOf('f16', shape, data),
      ]),
    );
    const types = new Map([
      ...half,
      ['counter', emptyTensor('i64', [2])] as const,
      ['untouched.tower', tensorOf('f16', [1], [3])] as const,
    ]);
    const metadata = (await readSafetensors(join(base, 'stock.safetensors'))).metadata;
    await writeCheckpoint(
      join(base, 'sharded'),
      {
        types,
        metadata,
        bytesOf: async (name) => new Uint8Array((types.get(name)?.data ?? new Uint8Array()).slice().buffer),
      },
      { maxShardBytes: 2000 },
    );
    const cooked = await cooking(recipe('checkpoint: { path: sharded }'));
    const { tensors } = await readSafetensors(
      home.store.path(cooked.get('stock')?.result.outputs.checkpoint?.hash ?? ''),
    );
    expect(tensors.get('blocks.0.attn.qkv.weight')?.dtype).toBe('f32');
    expect(tensors.get('counter')?.dtype).toBe('i64');
    expect(tensors.get('untouched.tower')).toEqual(tensorOf('f16', [1], [3]));
    expect(cooked.get('ingredients/ft-01')?.result.summary.finalLoss).toBeGreaterThan(0);
  });
});

describe('the key of an import', () => {
  const keyOf = (path: string) =>
    externalInputHashes({ kind: 'import', parameters: { source: { path }, sha256: null } }, { base, confined: true });

  test('follows the content of the files, not their names', async () => {
    const before = await keyOf('stock.safetensors');
    await writeFile(join(base, 'same.safetensors'), stockBytes(1));
    expect(await keyOf('same.safetensors')).toEqual(before);
    await writeFile(join(base, 'same.safetensors'), stockBytes(2));
    expect(await keyOf('same.safetensors')).not.toEqual(before);
  });

  test('follows the configuration beside them', async () => {
    const before = await keyOf('sharded');
    await writeFile(join(base, 'sharded', 'config.json'), '{}');
    expect(await keyOf('sharded')).not.toEqual(before);
  });

  test('is refused to a file outside a server’s folder, also through a link', async () => {
    const outside = folder();
    await writeFile(join(outside, 'model.safetensors'), stockBytes(1));
    await mkdir(join(base, 'linked'));
    await symlink(join(outside, 'model.safetensors'), join(base, 'linked', 'model.safetensors'));
    await expect(keyOf('linked')).rejects.toThrow(/outside the folder that this server reads data from/);
    await expect(keyOf('../secret.safetensors')).rejects.toThrow(/outside the folder/);
  });
});

describe('a stock that cannot be used', () => {
  test('is another one than the recipe pins', async () => {
    const pinned = `checkpoint: { path: ./stock.safetensors }\n  sha256: ${'0a'.repeat(32)}`;
    expect(await failureOf(recipe(pinned))).toMatch(
      /stock failed: .*its content hash is [0-9a-f]{64}, where the recipe pins (0a){32}.*stockpot inspect prints/,
    );
  });

  test('is not there, or is a pickle', async () => {
    expect(await failureOf(recipe('checkpoint: { path: ./nowhere }'))).toMatch(
      /There is no checkpoint '.\/nowhere' beside the recipe/,
    );
    await mkdir(join(base, 'pickled'));
    await writeFile(join(base, 'pickled', 'pytorch_model.bin'), Buffer.from('PK\u0003\u0004 archive'));
    expect(await failureOf(recipe('checkpoint: { path: ./pickled }'))).toMatch(
      /pytorch_model.bin: expected safetensors, found a zip archive.*safetensors\.torch\.save_file/,
    );
  });

  test('holds a number that is none', async () => {
    const { tensors, metadata } = await readSafetensors(join(base, 'stock.safetensors'));
    const broken = new Map([...tensors, ['cls_token', tensorOf('f32', [1, 1, 16], new Array(16).fill(Number.NaN))]]);
    await writeFile(join(base, 'broken.safetensors'), encodeSafetensors(broken, metadata));
    expect(await failureOf(recipe('checkpoint: { path: ./broken.safetensors }'))).toMatch(
      /tensor "cls_token" holds NaN at element 0/,
    );
  });
});
