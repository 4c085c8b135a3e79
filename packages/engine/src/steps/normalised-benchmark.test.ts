/** @file ImageNet-C with a declared normaliser, from the benchmark to the evaluation that says mCE and what it is relative to. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileArtifactStore } from '../artifacts/file-store.js';
import { type DataFolder, dataFolder } from '../data/dataset-folder.fixture.js';
import { IMAGE_DECODER } from '../data/decoding/decoder.js';
import { photographs } from '../data/photographs.fixture.js';
import { readEvaluationDocument } from '../evaluation/evaluation-document.js';
import { imagenetRNames } from '../evaluation/groups/imagenet-r.js';
import { readProtocol } from '../evaluation/protocol.js';
import { corruptionErrors } from '../evaluation/robustness/corruption-error.js';
import { alexnetOnImageNetC } from '../evaluation/robustness/reference-errors.js';
import type { JsonObject } from '../json.js';
import { architectureSchema } from '../models/architecture.js';
import { initialise } from '../models/initialise.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { benchmark } from './benchmark.js';
import type { InputArtifact, StepContext, StepResult } from './definition.js';
import { evaluate } from './evaluate.js';

const SIDE = 32;
const architecture = architectureSchema.parse({
  ...{ family: 'vit', image: SIDE, channels: 3, patch: 8, dim: 16, depth: 1, heads: 2, mlp: 32 },
});

let folder: DataFolder;
let official: DataFolder;
let root: string;
let store: FileArtifactStore;
let dataset: InputArtifact;
let model: InputArtifact;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stockpot normalised '));
  store = await FileArtifactStore.open(join(root, 'blobs'));
  const clean = await photographs('test', { classes: 2, each: 2, sides: [SIDE, SIDE] });
  const other = Object.values(await photographs('other', { classes: 2, each: 2, sides: [SIDE, SIDE] }));
  const files: Record<string, Uint8Array> = {};
  // Each cell shows some of the images as others: what a model makes of them differs from cell to cell.
  for (const [corruption, name] of Object.keys(alexnetOnImageNetC.errors).entries()) {
    for (const severity of [1, 2, 3, 4, 5]) {
      for (const [index, [path, bytes]] of Object.entries(clean).entries()) {
        const changed = (corruption + index) % 5 < severity;
        const file = path.replace(/^test\//, '').replace('.jpg', '.JPEG');
        files[`${name}/${severity}/${file}`] = changed ? (other[index] ?? bytes) : bytes;
      }
    }
  }
  folder = await dataFolder(clean);
  official = await dataFolder(files);
  const manifest = await folder.register('image-folder', [{ name: 'test', role: 'test', from: 'test', count: null }]);
  dataset = await keep(Buffer.from(JSON.stringify(manifest)), 'application/json');
  const network = visionModel(architecture);
  const weights = initialise([...network.parameters, ...network.head(2)], 4);
  const preprocessing = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  model = await keep(encodeModel(weights, { architecture, preprocessing }), 'application/x-safetensors');
});
afterAll(async () => {
  await folder?.[Symbol.asyncDispose]();
  await official?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

async function keep(bytes: Uint8Array, mediaType: string): Promise<InputArtifact> {
  const { hash } = await store.put(bytes, mediaType);
  return { hash, path: store.path(hash) };
}
const context = (inputs: Record<string, readonly InputArtifact[]>): StepContext => ({
  inputs: { dataset: [dataset], ...inputs },
  store,
  reporter: { metric: () => undefined, progress: () => undefined },
  signal: new AbortController().signal,
  scratch: join(root, 'scratch'),
  threads: 1,
  device: 'cpu',
  resolveSource: (source) => (source.path === 'imagenet-c' ? official.path : folder.path),
});
function output({ outputs }: StepResult, name: string): InputArtifact {
  const hash = outputs[name]?.hash ?? '';
  return { hash, path: store.path(hash) };
}
const plain = { split: 'test', subset: null, corruptions: null, severities: null };
const score = (on: StepResult, more: Record<string, readonly InputArtifact[]> = {}) =>
  evaluate.execute(
    { predictor: 'checkpoint' },
    context({ model: [model], benchmark: [output(on, 'protocol')], ...more }),
  );
const fix = (parameters: JsonObject) => benchmark.execute(parameters, context({}));

test('CE, mCE and relative mCE are those of the cells, by the errors that the protocol holds', async () => {
  const corrupted = await fix({
    ...{ ...plain, corruptions: 'imagenet-c', severities: [1, 2, 3, 4, 5] },
    ...{ files: { path: 'imagenet-c' }, codec: IMAGE_DECODER },
    normaliser: 'alexnet',
  });
  const protocol = await readProtocol(output(corrupted, 'protocol').path);
  expect(protocol.corruptions?.normaliser).toEqual(alexnetOnImageNetC);
  expect(Object.keys(protocol.metrics)).toEqual(expect.arrayContaining(['ce', 'mce', 'relativeCe', 'relativeMce']));

  const clean = await score(await fix(plain));
  const images = { images: [output(corrupted, 'images')] };
  const evaluated = await score(corrupted, { ...images, clean: [output(clean, 'evaluation')] });
  const { cells, further, clean: relativeTo } = await readEvaluationDocument(output(evaluated, 'evaluation').path);
  const error = 1 - Number(clean.summary.top1);
  expect(relativeTo?.top1).toBe(clean.summary.top1);
  if (cells === null) throw new Error('a corruption benchmark has cells');
  const expected = corruptionErrors(cells, error, alexnetOnImageNetC);
  expect(further).toMatchObject({ mce: expected.mce, relativeMce: expected.relativeMce, 'ce:fog': expected.ce.fog });
  expect(Object.keys(further).filter((name) => name.startsWith('relativeCe:'))).toHaveLength(15);

  const alone = await score(corrupted, images);
  expect(Object.keys(alone.summary.further as object)).not.toContain('relativeMce');
  // The time that it took is told, and is in no bytes.
  expect(alone.summary.seconds).toBeGreaterThan(0);
  expect((await score(corrupted, images)).outputs).toEqual(alone.outputs);
});

test('a data set without the classes of the rule is refused before anything is written', async () => {
  await expect(fix({ ...plain, classes: 'imagenet-r' })).rejects.toThrow(
    'The benchmark is scored by imagenet-r, whose labels are 200 classes; the dataset has 2.',
  );
});

test('as many classes under other names are refused: their labels would be those of other groups', async () => {
  const one =
    Object.values(await photographs('one', { classes: 1, each: 1, sides: [SIDE, SIDE] }))[0] ?? new Uint8Array();
  const named = async (names: readonly string[], classes = 'laion-c') => {
    const files = Object.fromEntries(names.map((name) => [`test/${name}/0.jpg`, one]));
    await using sixteen = await dataFolder(files);
    const manifest = await sixteen.register('image-folder', [
      { name: 'test', role: 'test', from: 'test', count: null },
    ]);
    const registered = await keep(Buffer.from(JSON.stringify(manifest)), 'application/json');
    const opened = { ...context({}), inputs: { dataset: [registered] }, resolveSource: () => sixteen.path };
    return await benchmark.execute({ ...plain, classes }, opened);
  };
  const published =
    'ball bird boat bottle butterfly car_truck cat chair dog fish fruit instruments primate snakes timekeeping tools';
  expect((await named(published.split(' '))).summary.n).toBe(16);
  await expect(named(published.replace('ball', 'sphere').split(' '))).rejects.toThrow(
    "The benchmark is scored by laion-c, whose label 0 is 'ball'; that of the dataset is 'bird'.",
  );
  // Folders that are called by WordNet identifiers are held against those of ImageNet-R; other words are taken by their order.
  expect((await named(imagenetRNames, 'imagenet-r')).summary.n).toBe(200);
  expect(
    (
      await named(
        imagenetRNames.map((_, index) => `${index + 1000} fish`),
        'imagenet-r',
      )
    ).summary.n,
  ).toBe(200);
  await expect(named(['n00000001', ...imagenetRNames.slice(1)], 'imagenet-r')).rejects.toThrow(
    "The benchmark is scored by imagenet-r, whose label 0 is 'n01443537'; that of the dataset is 'n00000001'.",
  );
});
