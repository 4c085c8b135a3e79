import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileArtifactStore } from '../artifacts/file-store.js';
import { decodeSafetensors } from '../checkpoints/safetensors.js';
import { corruptColourImage } from '../corruptions/index.js';
import { type DataFolder, dataFolder } from '../data/dataset-folder.fixture.js';
import { photographs } from '../data/photographs.fixture.js';
import { benchmarkExamples } from '../evaluation/examples.js';
import { readProtocol } from '../evaluation/protocol.js';
import { canonicalJson } from '../json.js';
import { benchmark } from './benchmark.js';
import type { InputArtifact, StepContext } from './definition.js';

const SIDE = 32;

let folder: DataFolder;
let root: string;
let store: FileArtifactStore;
let dataset: InputArtifact;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stockpot colour benchmark '));
  store = await FileArtifactStore.open(join(root, 'blobs'));
  folder = await dataFolder({
    ...(await photographs('test', { classes: 2, each: 2, sides: [SIDE, SIDE] })),
    ...(await photographs('wild', { classes: 2, each: 2, sides: [36, 70] })),
  });
  const manifest = await folder.register('image-folder', [{ name: 'test', role: 'test', from: 'test', count: null }]);
  const { hash } = await store.put(Buffer.from(canonicalJson(manifest)), 'application/json');
  dataset = { hash, path: store.path(hash) };
});
afterAll(async () => {
  await folder?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const context = (): StepContext => ({
  inputs: { dataset: [dataset] },
  store,
  reporter: { metric: () => undefined, progress: () => undefined },
  signal: new AbortController().signal,
  scratch: join(root, 'scratch'),
  threads: 1,
  device: 'cpu',
  resolveSource: () => folder.path,
});
const fix = (corruptions: 'cifar-c' | 'imagenet-c' | 'mnist-c', severities: number[]) =>
  benchmark.execute({ split: 'test', subset: null, corruptions, severities }, context());

describe('a benchmark on corrupted photographs', () => {
  test('keeps the images that its protocol names, with the fifteen corruptions to test on', async () => {
    const { outputs, summary } = await fix('cifar-c', [2, 5]);
    expect(summary.corruptions).toHaveLength(15);
    expect(summary.corruptions).not.toContain('saturate');
    const protocol = JSON.parse(Buffer.from(await store.read(outputs.protocol?.hash ?? '')).toString());
    expect(protocol.corruptions).toMatchObject({
      suite: 'cifar-c',
      protocol: 'cifar-c-generated-1',
      randomness: 'Philox4x32-10 keyed by (0, cifar-c-generated-1, corruption, index of the example in its file)',
      images: outputs.images?.hash,
    });
    const fog = protocol.corruptions.list.findIndex(({ name }: { name: string }) => name === 'fog');
    expect(protocol.corruptions.list[fog].levels).toEqual([
      { density: 0.5, decay: 3 },
      { density: 1.5, decay: 1.75 },
    ]);
    const images = decodeSafetensors(await store.read(outputs.images?.hash ?? ''), 'images').tensors.get('images');
    expect(images?.shape).toEqual([15, 2, 4, 3, SIDE, SIDE]);
    const opened = await folder.open(JSON.parse(Buffer.from(await store.read(dataset.hash)).toString()));
    const clean = await opened.split('test').read(3);
    const example = opened.manifest.splits[0]?.indices[3] ?? -1;
    const expected = await corruptColourImage(clean, { suite: 'cifar-c', corruption: 'fog', severity: 5, example });
    const size = 3 * SIDE * SIDE;
    const start = ((fog * 2 + 1) * 4 + 3) * size;
    expect(Array.from(images?.data.slice(start, start + size) ?? [], Number)).toEqual([...expected.data]);
    expect((await fix('cifar-c', [2, 5])).outputs).toEqual(outputs);
  });

  test('of many sizes cuts them as ImageNet-C was cut, and a model sees what was cut and nothing less', async () => {
    const manifest = await folder.register('image-folder', [{ name: 'wild', role: 'test', from: 'wild', count: null }]);
    const { hash } = await store.put(Buffer.from(canonicalJson(manifest)), 'application/json');
    const wild = { hash, path: store.path(hash) };
    const { outputs } = await benchmark.execute(
      { split: 'wild', subset: null, corruptions: 'cifar-c', severities: [1] },
      { ...context(), inputs: { dataset: [wild] } },
    );
    const protocol = await readProtocol(store.path(outputs.protocol?.hash ?? ''));
    expect(protocol.corruptions?.image).toEqual([3, SIDE, SIDE]);
    expect(protocol.preprocessing).toMatch(
      /shorter side resized to 37 pixels \(bilinear\), the middle 32×32 corrupted/,
    );
    const imagesPath = store.path(outputs.images?.hash ?? '');
    const { images, rows } = await benchmarkExamples(protocol, wild.path, imagesPath, () => folder.path);
    expect(rows).toBe(60);
    const normalise = { mean: [0, 0, 0], std: [1, 1, 1], resize: { shortest: 40 }, crop: { height: 8, width: 8 } };
    await using shown = images({ image: [3, SIDE, SIDE], normalise });
    const stored = decodeSafetensors(await store.read(outputs.images?.hash ?? ''), 'images').tensors.get('images');
    const [first] = await Promise.all([shown.chunk(0)]);
    expect(Math.round(255 * (first[1234] ?? 0))).toBe(stored?.data[1234]);
    await expect(
      benchmark.execute(
        { split: 'wild', subset: null, corruptions: 'mnist-c', severities: [1] },
        { ...context(), inputs: { dataset: [wild] } },
      ),
    ).rejects.toThrow(/size/);
  });

  test('a suite for other channels is refused', async () => {
    await expect(fix('mnist-c', [1])).rejects.toThrow(/mnist-c is for grey images; those of the dataset have 3/);
  });
});
