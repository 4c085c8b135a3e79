import { describe, expect, test } from 'vitest';
import { allOf, dataFolder, formatFixtures } from '../dataset-folder.fixture.js';

const { arrays } = formatFixtures();

/** A record of CIFAR: labels, then pixels that count up from a seed. */
function record(labels: readonly number[], seed: number): Buffer {
  return Buffer.concat([Uint8Array.from(labels), Uint8Array.from({ length: 3072 }, (_, at) => (at * 7 + seed) & 255)]);
}

/** NPY bytes, as the format's description says them. */
function npyFile(shape: readonly number[], data: Uint8Array, descr = '|u1'): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, header, data]);
}

describe('CIFAR', () => {
  const ten = {
    'cifar-10-batches-bin/data_batch_1.bin': Buffer.concat([record([3], 1), record([9], 2)]),
    'cifar-10-batches-bin/data_batch_2.bin': record([0], 3),
    'cifar-10-batches-bin/data_batch_3.bin': record([1], 4),
    'cifar-10-batches-bin/data_batch_4.bin': record([2], 5),
    'cifar-10-batches-bin/data_batch_5.bin': record([4], 6),
    'cifar-10-batches-bin/test_batch.bin': record([5], 7),
    'cifar-10-batches-bin/batches.meta.txt': 'airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n',
  };

  test('10 is read as its binary version lies, batch after batch', async () => {
    await using data = await dataFolder(ten);
    const manifest = await data.register('auto', [allOf('train'), allOf('test', 'test')]);
    expect(manifest).toMatchObject({
      reader: 'cifar-10',
      found: 'Found the files of cifar-10-batches-bin in cifar-10-batches-bin/.',
      content: { kind: 'pixels', image: [3, 32, 32], layout: 'chw' },
      classes: 10,
    });
    expect(manifest.classNames?.[3]).toBe('cat');
    const split = (await data.open(manifest)).split('train');
    const byLabel = new Map([...split.labels()].map((label, position) => [label, position]));
    expect([...byLabel.keys()].sort()).toEqual([0, 1, 2, 3, 4, 9]);
    for (const [label, seed] of [
      [3, 1],
      [9, 2],
      [0, 3],
      [4, 6],
    ] as const) {
      const position = byLabel.get(label) ?? -1;
      expect(Buffer.compare(split.images([position]), record([], seed))).toBe(0);
      expect((await split.read(position)).data).toEqual(split.images([position]));
    }
  });

  test('100 has fine and coarse labels', async () => {
    const names = (count: number, word: string) => Array.from({ length: count }, (_, at) => `${word}${at}`).join('\n');
    await using data = await dataFolder({
      'train.bin': Buffer.concat([record([7, 55], 1), record([19, 99], 2)]),
      'fine_label_names.txt': names(100, 'fine'),
      'coarse_label_names.txt': names(20, 'coarse'),
    });
    const labels = async (options: { labels?: 'coarse' }) => {
      const manifest = await data.register('cifar-100', [allOf('train')], options);
      return [...manifest.parts.flatMap((part) => part.labels)].map((label) => manifest.classNames?.[label]);
    };
    expect(await labels({})).toEqual(['fine55', 'fine99']);
    expect(await labels({ labels: 'coarse' })).toEqual(['coarse7', 'coarse19']);
  });
});

describe('arrays', () => {
  test('of NumPy are read from NPY, stored NPZ and deflated NPZ alike', async () => {
    const { 'images.npy': images, 'labels.npy': labels, 'stored.npz': stored, 'deflated.npz': deflated } = arrays.files;
    if (!images || !labels || !stored || !deflated) throw new Error('the fixture lacks a file');
    const read = async (files: Record<string, Uint8Array>, format: 'npy' | 'npz', from: string) => {
      await using data = await dataFolder(files);
      const manifest = await data.register(format, [allOf(from)]);
      const split = (await data.open(manifest)).split(from);
      expect([...split.labels()]).toEqual(manifest.splits[0]?.indices.map((at) => arrays.labels[at]));
      const original = manifest.splits[0]?.indices.map((at) => arrays.pixels.subarray(at * 60, (at + 1) * 60)) ?? [];
      expect(Buffer.compare(split.images(), Buffer.concat(original))).toBe(0);
      return manifest.parts[0]?.digests;
    };
    const digests = await read({ 'images.npy': images, 'labels.npy': labels }, 'npy', 'all');
    expect(await read({ 'set.npz': stored }, 'npz', 'train')).toBe(digests);
    expect(await read({ 'set.npz': deflated }, 'npz', 'train')).toBe(digests);
  });

  test('of one corruption hold its five severities one after the other, as CIFAR-10-C', async () => {
    const rows = Uint8Array.from({ length: 10 * 2 * 2 * 3 }, (_, at) => Math.floor(at / 12));
    await using data = await dataFolder({
      'fog.npy': npyFile([10, 2, 2, 3], rows),
      'snow.npy': npyFile(
        [10, 2, 2, 3],
        rows.map((value) => value + 100),
      ),
      'labels.npy': npyFile([10], Uint8Array.from([0, 1, 0, 1, 0, 1, 0, 1, 0, 1])),
    });
    const manifest = await data.register('npy', [
      allOf('fog', 'shift', 'fog'),
      allOf('fog-1', 'shift', 'light'),
      allOf('snow-5', 'shift', 'heavy'),
    ]);
    const dataset = await data.open(manifest);
    const values = (name: string) =>
      [...dataset.split(name).images()].filter((_, at) => at % 12 === 0).sort((a, b) => a - b);
    expect(values('fog')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(values('light')).toEqual([0, 1]);
    expect(values('heavy')).toEqual([108, 109]);
    // The same images under two names are said to be the same.
    expect(manifest.overlaps).toEqual([{ a: 'fog', b: 'light', n: 2 }]);
  });
});
