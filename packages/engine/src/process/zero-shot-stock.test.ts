import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import { numbered, tinyDataset } from '../data/idx-files.fixture.js';
import { type Tensor, tensorOf } from '../graph/tensor.js';
import { architectureSchema } from '../models/architecture.js';
import { exportCheckpoint } from '../models/export-checkpoint.js';
import { exportModel } from '../models/formats/index.js';
import { initialise } from '../models/initialise.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { compilePlan, parseRecipe } from '../recipe/index.js';
import { type CookFailedError, cook } from './cook.js';
import { cleanKitchen, folder } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';

const SIDE = 8;
/** Numbers of the space that images and texts share. */
const WIDTH = 4;
const clip = architectureSchema.parse({
  ...{ family: 'vit', image: SIDE, channels: 1, patch: 4, dim: 16, depth: 1, heads: 2, mlp: 32 },
  ...{ layerNormEpsilon: 1e-5, activation: 'quick-gelu', preNorm: true, patchBias: false, projection: WIDTH },
});

const recipe = (text: string, checkpoint: string) => `
version: 1
name: zero-shot
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
  name: clip
  checkpoint: { path: ./${checkpoint} }
  head: { algorithm: zero-shot, split: digits/train, text_embeddings: { path: ./${text}.safetensors } }
ingredients:
  - name: ft
    algorithm: supervised
    split: digits/train
    count: 2
    space: { lr: { loguniform: [1.0e-5, 1.0e-4] }, weight_decay: 0, epochs: 1, batch: 20 }
soups:
  uniform: { method: uniform, ingredients: [ft] }
  robust: { method: wise-ft, ingredients: [uniform], alpha: 0.5 }
report: [test]
`;

const base = folder();
let home: LocalHome;
const cooking = (text: string, checkpoint = 'clip') =>
  cook(compilePlan(parseRecipe(recipe(text, checkpoint))), {
    place: home,
    sources: { base, confined: true },
    concurrency: 1,
  });

/** Text embeddings of three classes, two texts each. */
const texts = (classes: number) =>
  encodeSafetensors(
    new Map([
      [
        'embeddings',
        tensorOf(
          'f32',
          [classes, 2, WIDTH],
          Array.from({ length: classes * 2 * WIDTH }, (_, i) => Math.sin(i + 1)),
        ),
      ],
    ]),
  );

beforeAll(async () => {
  await using data = await tinyDataset(SIDE, { train: numbered(80, SIDE, 3), test: numbered(30, SIDE, 3) });
  await mkdir(join(base, 'data'));
  for (const part of ['train', 't10k']) {
    for (const file of ['images-idx3-ubyte', 'labels-idx1-ubyte']) {
      await rename(join(data.folder, `${part}-${file}`), join(base, 'data', `${part}-${file}`));
    }
  }
  // A tower of CLIP as transformers would have saved it.
  const tensors = [...initialise(visionModel(clip).parameters, 1)].map(([name, { shape, data }]): [string, Tensor] => [
    name,
    { dtype: 'f32', shape, data },
  ]);
  const preprocessing = { mean: [0.1], std: [0.3] };
  const tower = exportModel(
    { architecture: clip, preprocessing, tensors: new Map(tensors), classes: null, format: null },
    { format: 'huggingface-clip' },
  );
  await mkdir(join(base, 'clip'));
  await writeFile(join(base, 'clip', 'model.safetensors'), encodeSafetensors(tower.tensors));
  for (const [name, text] of Object.entries(tower.files)) await writeFile(join(base, 'clip', name), text);
  const travelling: Tensor = { dtype: 'f16', shape: [2], data: Uint16Array.of(1, 0x3c00) };
  const carried = { tensors: new Map([['untouched.logit_scale', travelling]]), metadata: {} };
  const own = encodeModel(
    initialise(visionModel(clip).parameters, 1),
    { architecture: clip, preprocessing },
    { carried },
  );
  await writeFile(join(base, 'own.safetensors'), own);
  await writeFile(join(base, 'texts.safetensors'), texts(3));
  await writeFile(join(base, 'too-many.safetensors'), texts(5));
  home = await LocalHome.open(folder());
});
afterAll(async () => {
  await home.close();
  cleanKitchen();
});

test("a tower of CLIP is fine-tuned from a head of text embeddings, averaged, and still is transformers' CLIP", async () => {
  const cooked = await cooking('texts');
  expect(cooked.get('stock')?.result).toMatchObject({
    summary: { format: 'huggingface-clip', architecture: { unitFeatures: true, preNorm: true } },
  });
  const head = cooked.get('head')?.result.outputs.head?.hash ?? '';
  const { tensors } = await readSafetensors(home.store.path(head));
  const [first = 0, ...others] = tensors.get('head.weight')?.data.subarray(0, WIDTH) ?? [];
  expect(Math.hypot(Number(first), ...others.map(Number))).toBeCloseTo(100, 3);
  const soup = cooked.get('soups/uniform')?.result.outputs.checkpoint?.hash ?? '';
  const { tensors: towers, files } = exportCheckpoint(await readSafetensors(home.store.path(soup)), 'the soup');
  expect([...towers.keys()]).toEqual(
    expect.arrayContaining(['vision_model.pre_layrnorm.weight', 'visual_projection.weight', 'head.weight']),
  );
  expect(JSON.parse(files['config.json'] ?? '')).toMatchObject({
    model_type: 'clip_vision_model',
    hidden_act: 'quick_gelu',
  });
});

test('a tower that was imported before is taken the same way, what travels with it in its own type', async () => {
  const cooked = await cooking('texts', 'own.safetensors');
  expect(cooked.get('stock')?.result).toMatchObject({
    summary: { format: 'stockpot', architecture: { unitFeatures: true, preNorm: true } },
  });
  const soup = cooked.get('soups/uniform')?.result.outputs.checkpoint?.hash ?? '';
  const { tensors } = await readSafetensors(home.store.path(soup));
  expect(tensors.get('untouched.logit_scale')).toMatchObject({ dtype: 'f16', data: Uint16Array.of(1, 0x3c00) });
  // Half-way to the tower with the head of its texts, as WiSE-FT was meant.
  const robust = cooked.get('soups/robust')?.result;
  expect(robust?.summary).toMatchObject({ base: 0.5, coefficients: [{ index: 0, coefficient: 0.5 }] });
  const halfway = await readSafetensors(home.store.path(robust?.outputs.checkpoint?.hash ?? ''));
  expect(halfway.tensors.get('untouched.logit_scale')).toEqual(tensors.get('untouched.logit_scale'));
});

test('text embeddings of other classes than those of the data are refused', async () => {
  const failure = await cooking('too-many').then(
    () => 'It was cooked.',
    (error: CookFailedError) => error.message,
  );
  expect(failure).toMatch(
    /The head of the text embeddings does not fit: tensor head\.weight has shape \[5, 4\].*\[3, 4\]/,
  );
});
