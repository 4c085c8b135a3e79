import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { allOf, dataFolder, formatFixtures } from '../dataset-folder.fixture.js';

const { arrays, parquet, webdataset } = formatFixtures();

/** A picture of one colour. */
function picture(red: number, green: number, blue: number, { width = 5, height = 4 } = {}): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: red, g: green, b: blue } } })
    .png()
    .toBuffer();
}

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

describe('an image folder', () => {
  test('has classes by its folders, parts by those above, and images of any size', async () => {
    await using data = await dataFolder({
      'train/cat/a.png': await picture(200, 10, 10),
      'train/cat/B.PNG': await picture(201, 10, 10, { width: 9, height: 3 }),
      'train/dog/deep/er/c.webp': await sharp(await picture(10, 200, 10))
        .webp({ lossless: true })
        .toBuffer(),
      'train/dog/notes.txt': 'not an image',
      'val/dog/d.jpg': await sharp(await picture(10, 10, 200))
        .jpeg()
        .toBuffer(),
      '.hidden/x.png': 'never looked at',
    });
    const manifest = await data.register('image-folder', [allOf('train'), allOf('val', 'test')]);
    expect(manifest).toMatchObject({
      version: 2,
      reader: 'image-folder',
      classes: 2,
      classNames: ['cat', 'dog'],
      content: { kind: 'encoded', channels: 3, orientation: 'stored', height: [3, 4], width: [5, 9] },
      overlaps: [],
    });
    const split = (await data.open(manifest)).split('train');
    expect(split).toMatchObject({ n: 3, channels: 3, size: null, classes: 2 });
    const seen = await Promise.all(
      [0, 1, 2].map(async (position) => {
        const { height, width, data: pixels } = await split.read(position);
        return `${split.labels([position])[0]}: ${height}×${width}, red ${pixels[0]}, green ${pixels[height * width]}`;
      }),
    );
    expect(seen.sort()).toEqual([
      '0: 3×9, red 201, green 10',
      '0: 4×5, red 200, green 10',
      '1: 4×5, red 10, green 200',
    ]);
    await expect(split.load()).rejects.toThrow(
      "The images of the split 'train' differ in size: 3 to 4 pixels high, 5 to 9 wide.",
    );
    expect(() => split.image).toThrow(/differ in size/);
    expect(() => split.images()).toThrow(/encoded files, which cannot be had at once/);
  });

  test('without parts is one, whose numbered classes are in the order of their numbers', async () => {
    await using data = await dataFolder(
      Object.fromEntries(
        await Promise.all([0, 2, 9, 10, 11].map(async (name) => [`${name}/x.png`, await picture(name, 0, 0)])),
      ),
    );
    const manifest = await data.register('auto', [allOf('all')], { channels: 1 });
    expect(manifest.classNames).toEqual(['0', '2', '9', '10', '11']);
    expect(manifest.found).toBe('Found 5 folders of images, one a class.');
    const split = (await data.open(manifest)).split('all');
    expect(split.size).toEqual([1, 4, 5]);
    // Red 0, 2, 9, 10, 11 as luma: 0.299 of it.
    const reds = [...split.labels()].map((label) => [0, 2, 9, 10, 11][label] ?? 0);
    const grey = await split.load();
    expect(reds.map((_, row) => grey[20 * row])).toEqual(reds.map((red) => Math.round(0.299 * red)));
  });

  test('that is changed after it was registered is refused when the image is read, not before', async () => {
    await using data = await dataFolder({ 'a/1.png': await picture(1, 2, 3), 'b/2.png': await picture(4, 5, 6) });
    const manifest = await data.register('image-folder', [allOf('all')]);
    await data.write({ 'b/2.png': await picture(4, 5, 7) });
    const split = (await data.open(manifest)).split('all');
    const changed = [...split.labels()].indexOf(1);
    expect((await split.read(1 - changed)).data[0]).toBe(1);
    await expect(split.read(changed)).rejects.toThrow(/b\/2\.png: .*(changed since|found a file of)/);
  });
});

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

describe('Parquet', () => {
  test.each(Object.entries(parquet.files))(
    'of a Hugging Face image set (%s) gives its images, labels and names',
    async (_, file) => {
      await using data = await dataFolder({ 'data/train-00000-of-00001.parquet': file });
      const manifest = await data.register('auto', [allOf('train')]);
      expect(manifest).toMatchObject({
        found: 'Found 1 Parquet file with images.',
        classNames: parquet.names,
        content: { kind: 'encoded', orientation: 'exif', height: [6, 7], width: [8, 8] },
      });
      expect(manifest.parts[0]?.labels).toEqual(parquet.labels);
      const split = (await data.open(manifest)).split('train');
      for (const [position, index] of (manifest.splits[0]?.indices ?? []).entries()) {
        const expected = await sharp(parquet.images[index]).raw().toBuffer();
        const { data: pixels, height, width } = await split.read(position);
        expect([...pixels.subarray(0, width)]).toEqual([...expected].filter((__, at) => at % 3 === 0).slice(0, width));
        expect(pixels).toHaveLength(3 * height * width);
      }
    },
  );

  test('may be in shards, and may hold plain bytes under names of its own', async () => {
    const shard = async (reds: readonly number[]) => {
      const pixels = await Promise.all(reds.map((red) => picture(red, 0, 0)));
      return Buffer.from(
        parquetWriteBuffer({
          columnData: [
            { name: 'photo', data: pixels.map((bytes) => Uint8Array.from(bytes)), type: 'BYTE_ARRAY' },
            { name: 'species', data: reds.map((red) => (red % 2 ? 'odd' : 'even')), type: 'STRING' },
          ],
        }),
      );
    };
    await using data = await dataFolder({
      'test-00000-of-00002.parquet': await shard([1, 2]),
      'test-00001-of-00002.parquet': await shard([3, 4, 5]),
    });
    await expect(data.register('parquet', [allOf('test')])).rejects.toThrow(
      /none of the columns photo, species has a usual name for label/,
    );
    await expect(
      data.register('parquet', [allOf('test')], { columns: { image: 'phot', label: 'species' } }),
    ).rejects.toThrow(/there is no column 'phot'; the columns are photo, species\. Did you mean 'photo'\?/);
    const manifest = await data.register('parquet', [allOf('test')], { columns: { image: 'photo', label: 'species' } });
    expect(manifest.classNames).toEqual(['even', 'odd']);
    const split = (await data.open(manifest)).split('test');
    const pixels = await split.load();
    const reds = [0, 1, 2, 3, 4].map((row) => pixels[row * 60] ?? 0);
    expect([...reds].sort()).toEqual([1, 2, 3, 4, 5]);
    expect([...split.labels()]).toEqual(reds.map((red) => red % 2));
  });
});

describe('a WebDataset', () => {
  test('of its own writer is read, long names and all', async () => {
    await using data = await dataFolder({ 'train-000000.tar': webdataset.file, 'classes.txt': 'ant\nbee\ncow\n' });
    const manifest = await data.register('auto', [allOf('train')]);
    expect(manifest).toMatchObject({
      reader: 'webdataset',
      found: 'Found 1 tar shard.',
      classNames: ['ant', 'bee', 'cow'],
    });
    expect(manifest.parts[0]?.labels).toEqual(webdataset.labels);
    const split = (await data.open(manifest)).split('train');
    for (const [position, index] of (manifest.splits[0]?.indices ?? []).entries()) {
      const { info } = await sharp(webdataset.images[index]).raw().toBuffer({ resolveWithObject: true });
      expect(await split.read(position)).toMatchObject({ width: info.width, height: info.height });
    }
  });
});

describe('text', () => {
  test('comes from CSV with quotes, TSV without, and Parquet, with one label or a word', async () => {
    await using data = await dataFolder({
      'train.csv': '\ufeffid,text,label\r\n1,"Good, ""really"" good.\nVery.",pos\r\n2,Bad – awful,neg\r\n',
      'dev.tsv': 'sentence1\tsentence2\tlabel\nHe said "no\tHe agreed\t0\n',
      'glue/train.parquet': parquet.texts.file,
    });
    const csv = await data.register('csv', [allOf('train')]);
    expect(csv).toMatchObject({ content: { kind: 'text' }, classes: 2, classNames: ['neg', 'pos'] });
    const split = (await data.openText(csv)).split('train');
    const read = await Promise.all([0, 1].map(async (at) => [split.labels([at])[0], (await split.read(at)).text]));
    expect(read.sort()).toEqual([
      [0, 'Bad – awful'],
      [1, 'Good, "really" good.\nVery.'],
    ]);

    const pairs = await data.register('csv', [allOf('dev', 'selection')]);
    expect(await (await data.openText(pairs)).split('dev').read(0)).toEqual({ text: 'He said "no', pair: 'He agreed' });

    await using alone = await dataFolder({ 'train.parquet': parquet.texts.file });
    expect((await alone.register('auto', [allOf('train')])).found).toBe('Found 1 Parquet file with text.');
    const table = await data.register('parquet-text', [allOf('train')]);
    const sentences = (await data.openText(table)).split('train');
    const indices = table.splits[0]?.indices ?? [];
    for (const [position, index] of indices.entries()) {
      expect(await sentences.read(position)).toEqual({ text: parquet.texts.sentences[index], pair: null });
      expect(sentences.labels([position])[0]).toBe(parquet.texts.labels[index]);
    }
    await expect(data.open(table)).rejects.toThrow('The dataset holds text, and images were asked for.');
  });
});

test('a dataset says what it has when a part is asked for that it has not', async () => {
  await using data = await dataFolder({
    'train/a/1.png': await picture(1, 1, 1),
    'val/a/1.png': await picture(2, 2, 2),
  });
  await expect(data.register('image-folder', [allOf('vall', 'test')])).rejects.toThrow(
    /there is no example set 'vall'; found train, val\. Did you mean 'val'\?/,
  );
  await data.write({ 'train.csv': 'text,label\nx,1\n' });
  await expect(data.register('auto', [allOf('train')])).rejects.toThrow(/the data look like csv and like image-folder/);
});

test('the same images are the same content, wherever they lie and however the folders are named', async () => {
  const hashOf = async (prefix: string) => {
    await using data = await dataFolder({
      [`${prefix}/cat/1.png`]: await picture(1, 2, 3),
      [`${prefix}/dog/2.png`]: await picture(3, 2, 1),
    });
    const { contentHash } = await data.register('image-folder', [{ ...allOf(prefix), name: 'train' }]);
    return contentHash;
  };
  expect(await hashOf('train')).toBe(await hashOf('train'));
  expect(await hashOf('train')).not.toBe(await hashOf('other'));
});
