import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileArtifactStore } from '../artifacts/file-store.js';
import { npyArray } from '../corruptions/official/npy.fixture.js';
import { type DataFolder, dataFolder, type Splits } from '../data/dataset-folder.fixture.js';
import { decodeImage } from '../data/decoding/decode-image.js';
import { IMAGE_DECODER } from '../data/decoding/decoder.js';
import { photographs } from '../data/photographs.fixture.js';
import { registerDataset } from '../data/register.js';
import { benchmarkExamples } from '../evaluation/examples.js';
import { readProtocol } from '../evaluation/protocol.js';
import { canonicalJson } from '../json.js';
import { keyed } from '../random/index.js';
import { benchmark } from './benchmark.js';
import type { InputArtifact, StepContext } from './definition.js';

/** As a model that takes bytes for what they are: what it is shown can be compared with files. */
const AS_THEY_ARE = { mean: [0, 0, 0], std: [1, 1, 1] };
const HALVES: Splits = [
  { name: 'selection', role: 'selection', from: 'test', count: 2 },
  { name: 'test', role: 'test', from: 'test', count: null },
];

let root: string;
let store: FileArtifactStore;
let folder: DataFolder;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stockpot official benchmark '));
  store = await FileArtifactStore.open(join(root, 'blobs'));
  folder = await dataFolder({});
});
afterAll(async () => {
  await folder?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const cells: string[] = [];
const context = (dataset: InputArtifact): StepContext => ({
  inputs: { dataset: [dataset] },
  store,
  reporter: {
    metric: () => undefined,
    progress: ({ done, total, unit }) => cells.push(`${done} of ${total} ${unit}`),
  },
  signal: new AbortController().signal,
  scratch: join(root, 'scratch'),
  threads: 1,
  device: 'cpu',
  resolveSource,
});
const resolveSource = (source: object) =>
  'path' in source && typeof source.path === 'string' ? join(folder.path, source.path) : folder.path;
const fix = (dataset: InputArtifact, parameters: object) =>
  benchmark.execute({ split: 'test', subset: null, severities: [1, 4], ...parameters }, context(dataset));

/** What a model is shown, image by image, as bytes. */
async function shown(dataset: InputArtifact, outputs: Awaited<ReturnType<typeof fix>>['outputs'], side: number) {
  const protocol = await readProtocol(store.path(outputs.protocol?.hash ?? ''));
  const path = store.path(outputs.images?.hash ?? '');
  const { images, labels, rows } = await benchmarkExamples(protocol, dataset.path, path, resolveSource);
  await using all = images({ image: [3, side, side], normalise: { ...AS_THEY_ARE, resize: { shortest: 2 * side } } });
  const size = 3 * side * side;
  const values = await all.chunk(0);
  return {
    protocol,
    labels,
    images: Array.from({ length: rows }, (_, row) =>
      [...values.subarray(row * size, (row + 1) * size)].map((value) => Math.round(255 * value)),
    ),
  };
}

describe('the arrays of CIFAR-10-C', () => {
  const SIDE = 4;
  const N = 5;
  const labels = [3, 1, 0, 2, 1];
  const bytes = (name: string, n: number) => {
    const random = keyed(5, name);
    return Uint8Array.from({ length: n * SIDE * SIDE * 3 }, () => random.integer(256));
  };
  /** Row `row` of an array [n, h, w, c] as planes. */
  const planes = (data: Uint8Array, row: number) =>
    [0, 1, 2].flatMap((channel) =>
      Array.from({ length: SIDE * SIDE }, (_, at) => data[(row * SIDE * SIDE + at) * 3 + channel] ?? 0),
    );
  let dataset: InputArtifact;
  const parameters = { corruptions: 'cifar-c', files: { path: 'cifar-c' }, only: ['fog', 'frost'] };

  beforeAll(async () => {
    await folder.write({
      'clean/test_images.npy': npyArray([N, SIDE, SIDE, 3], bytes('clean', N)),
      'clean/test_labels.npy': npyArray([N], labels),
      'cifar-c/fog.npy': npyArray([5 * N, SIDE, SIDE, 3], bytes('fog', 5 * N)),
      'cifar-c/frost.npy': npyArray([5 * N, SIDE, SIDE, 3], bytes('frost', 5 * N)),
      'cifar-c/labels.npy': npyArray(
        [5 * N],
        [1, 2, 3, 4, 5].flatMap(() => labels),
      ),
    });
    dataset = await registered('clean', 'npy', HALVES);
  });

  test('show a model the very bytes of the files, for the examples of the split alone', async () => {
    const { outputs, summary } = await fix(dataset, parameters);
    expect(summary).toMatchObject({
      ...{ n: 3, corruptions: ['frost', 'fog'], severities: [1, 4], origin: 'official files', headline: 'top1' },
      protocolName: 'cifar-c-official-1',
    });
    expect(cells.at(-1)).toBe('4 of 4 cells');
    const seen = await shown(dataset, outputs, SIDE);
    const manifest = JSON.parse(Buffer.from(await store.read(dataset.hash)).toString());
    const indices: number[] = manifest.splits[1].indices;
    expect([...seen.labels]).toEqual(indices.map((index) => labels[index]));
    const expected = ['frost', 'fog'].flatMap((name) =>
      [1, 4].flatMap((severity) => indices.map((index) => planes(bytes(name, 5 * N), (severity - 1) * N + index))),
    );
    expect(seen.images).toEqual(expected);
    expect(seen.protocol.corruptions).toMatchObject({
      ...{ suite: 'cifar-c', protocol: 'cifar-c-official-1', origin: 'official files', severities: [1, 4] },
      randomness: 'none: the published images',
    });
    expect((await fix(dataset, parameters)).outputs).toEqual(outputs);
  });

  test('are never the generated suite: its protocol has another name and another hash', async () => {
    const official = await fix(dataset, parameters);
    const generated = await fix(dataset, { corruptions: 'cifar-c', codec: IMAGE_DECODER });
    expect(generated.summary.origin).toBe('generated');
    expect(generated.summary.protocol).not.toBe(official.summary.protocol);
    const document = await readProtocol(store.path(generated.outputs.protocol?.hash ?? ''));
    expect(document.corruptions?.protocol).toBe('cifar-c-generated-1');
  });

  test('that changed since the benchmark was fixed are refused where they changed', async () => {
    const { outputs } = await fix(dataset, parameters);
    const changed = bytes('fog', 5 * N);
    changed.fill(7, 3 * N * SIDE * SIDE * 3, 4 * N * SIDE * SIDE * 3);
    await folder.write({ 'cifar-c/fog.npy': npyArray([5 * N, SIDE, SIDE, 3], changed) });
    await expect(shown(dataset, outputs, SIDE)).rejects.toThrow(
      /fog.npy \(example \d\): the image is not the one that the benchmark was fixed on/,
    );
    await folder.write({ 'cifar-c/fog.npy': npyArray([5 * N, SIDE, SIDE, 3], bytes('fog', 5 * N)) });
  });

  test('with labels in another order, or of other test files, are refused', async () => {
    const turned = [...labels].reverse();
    await folder.write({
      'turned/fog.npy': npyArray([5 * N, SIDE, SIDE, 3], bytes('fog', 5 * N)),
      'turned/labels.npy': npyArray(
        [5 * N],
        [1, 2, 3, 4, 5].flatMap(() => turned),
      ),
      'fewer/fog.npy': npyArray([10, SIDE, SIDE, 3], bytes('fog', 10)),
      'fewer/labels.npy': npyArray(
        [10],
        [1, 2, 3, 4, 5].flatMap(() => [3, 1]),
      ),
    });
    const only = ['fog'];
    await expect(fix(dataset, { ...parameters, only, files: { path: 'turned' } })).rejects.toThrow(
      /give example \d the label \d; in the split 'test' it has the label \d/,
    );
    await expect(fix(dataset, { ...parameters, only, files: { path: 'fewer' } })).rejects.toThrow(
      /cifar-c-official-1 show 2 examples; those that the split 'test' is taken from are 5/,
    );
  });

  test('coded by another release of the image library are refused', async () => {
    await expect(fix(dataset, { corruptions: 'cifar-c', codec: 'sharp-0.1/libvips-1' })).rejects.toThrow(
      /planned for images that sharp-0.1\/libvips-1 encodes and decodes; this is sharp/,
    );
  });
});

describe('the folders of ImageNet-C', () => {
  const SIDE = 24;
  const corruptions = ['fog', 'contrast'];
  const wnids = ['n01443537', 'n01440764'];
  let dataset: InputArtifact;
  let files: Record<string, Uint8Array>;
  const parameters = {
    corruptions: 'imagenet-c',
    files: { path: 'imagenet-c' },
    only: corruptions,
    codec: IMAGE_DECODER,
  };

  beforeAll(async () => {
    const called = (path: string) =>
      path.replace(/^.*class-(\d)\/(\d+)\.jpg$/, (_, label, index) => `${wnids[label]}/val_${index}`);
    const clean = await photographs('clean', { classes: 2, each: 3, sides: [30, 50] });
    files = {};
    for (const [path, bytes] of Object.entries(clean)) files[`val/test/${called(path)}.jpg`] = bytes;
    for (const name of corruptions) {
      for (const severity of [1, 2, 3, 4, 5]) {
        const cell = await photographs(`${name}${severity}`, { classes: 2, each: 3, sides: [SIDE, SIDE] });
        for (const [path, bytes] of Object.entries(cell)) {
          files[`imagenet-c/${name}/${severity}/${called(path)}.JPEG`] = bytes;
        }
      }
    }
    await folder.write(files);
    dataset = await registered('val', 'image-folder', HALVES);
  });

  test('show a model the images of the split by class and name, and nothing is cut off them', async () => {
    const { outputs, summary } = await fix(dataset, parameters);
    expect(summary).toMatchObject({ n: 4, corruptions: ['fog', 'contrast'], origin: 'official files' });
    const seen = await shown(dataset, outputs, SIDE);
    const manifest = JSON.parse(Buffer.from(await store.read(dataset.hash)).toString());
    // The classes are in the order of their wnids, whatever order the images were made in.
    expect(manifest.classNames).toEqual([...wnids].sort());
    const paths: string[] = manifest.splits[1].indices.map(
      (index: number) => manifest.parts[0].store.files[manifest.parts[0].store.runs.file[index]],
    );
    expect([...seen.labels].map((label) => manifest.classNames[label])).toEqual(
      paths.map((path) => path.split('/')[1]),
    );
    const rows = corruptions.flatMap((name) =>
      [1, 4].flatMap((severity) => paths.map((path) => ({ name, severity, path }))),
    );
    for (const [row, { name, severity, path }] of rows.entries()) {
      const file = `imagenet-c/${name}/${severity}/${path.replace(/^test\//, '').replace('.jpg', '.JPEG')}`;
      const { data } = await decodeImage(files[file] ?? new Uint8Array(), { channels: 3, orientation: 'stored' }, file);
      expect(seen.images[row]).toEqual([...data]);
    }
  });

  test('that lack an example of the split are refused with its name', async () => {
    await folder.write({ 'more/test/n01440764/val_99.jpg': files['val/test/n01440764/val_1.jpg'] ?? '' });
    const other = await registered('more', 'image-folder', [{ name: 'test', role: 'test', from: 'test', count: null }]);
    await expect(fix(other, parameters)).rejects.toThrow(
      /1 of 1 examples of the split 'test' are not among the official files: n01440764\/val_99\. These have n01440764\/val_1.JPEG/,
    );
  });

  test('with two images of one name are refused: either could be the example', async () => {
    const fog = Object.entries(files).filter(([path]) => path.startsWith('imagenet-c/fog/'));
    const twice = fog.flatMap(([path, bytes]) => {
      const copy = path.replace('imagenet-c', 'twice');
      return [[copy, bytes] as const, [copy.replace('.JPEG', '.png'), bytes] as const];
    });
    await folder.write(Object.fromEntries(twice));
    await expect(fix(dataset, { ...parameters, files: { path: 'twice' }, only: ['fog'] })).rejects.toThrow(
      /two images that are called n01440764\/val_\d but for their ending/,
    );
  });

  test('are themselves the data set where there is none: one cell names the examples of all', async () => {
    const cell = await registered('imagenet-c/fog/1', 'image-folder', [
      { name: 'test', role: 'shift', from: 'all', count: null },
    ]);
    expect((await fix(cell, parameters)).summary).toMatchObject({ n: 6, role: 'shift' });
  });
});

/** Registers what lies below the folder, as a data set whose source is there. */
async function registered(path: string, format: 'npy' | 'image-folder', splits: Splits): Promise<InputArtifact> {
  const { manifest } = await registerDataset({ source: { path }, format, seed: 17, splits }, join(folder.path, path));
  const { hash } = await store.put(Buffer.from(canonicalJson(manifest)), 'application/json');
  return { hash, path: store.path(hash) };
}
