/** @file Damaged and hostile files: each is refused by a sentence that names it, in bounded memory. */

import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { Header, Pax } from 'tar';
import { describe, expect, test } from 'vitest';
import type { DatasetParameters } from '../../recipe/parameters.js';
import { allOf, dataFolder, formatFixtures } from '../dataset-folder.fixture.js';
import { DataFileError } from '../errors.js';

const { arrays, parquet, webdataset } = formatFixtures();
const MEGABYTE = 1024 * 1024;

/** What is said of a folder; anything but a refusal of the data fails, and so does one that takes much memory. */
async function refusal(
  files: Readonly<Record<string, Uint8Array | string>>,
  format: DatasetParameters['format'],
  from: string,
  options?: Partial<DatasetParameters>,
): Promise<string> {
  await using data = await dataFolder(files);
  const before = process.memoryUsage().rss;
  const error = await data.register(format, [allOf(from)], options).catch((reason: unknown) => reason);
  if (!(error instanceof DataFileError)) throw new Error(`expected a refusal, got ${String(error)}`);
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * MEGABYTE);
  expect(error.file.startsWith(data.path)).toBe(true);
  expect(error.advice).toMatch(/[.!]$/);
  return error.message.replaceAll(`${data.path}/`, '').replaceAll(data.path, 'FOLDER');
}

function file(name: keyof typeof arrays.files): Uint8Array {
  const bytes = arrays.files[name];
  if (bytes === undefined) throw new Error(`the fixture lacks ${name}`);
  return bytes;
}

/** A tar of members, written by node-tar's headers. */
function tar(
  members: readonly {
    path: string;
    data?: string | Uint8Array;
    type?: 'SymbolicLink' | 'Link' | 'FIFO';
    size?: number;
  }[],
): Buffer {
  const blocks = members.flatMap(({ path, data = '', type, size }) => {
    const bytes = Buffer.from(data);
    const header = new Header({
      path,
      size: size ?? bytes.length,
      type: type ?? 'File',
      mode: 0o644,
      mtime: new Date(0),
    });
    if (type !== undefined) header.linkpath = '/etc/passwd';
    header.encode();
    const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
    return [header.block ?? Buffer.alloc(512), bytes, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A ZIP of one member, with the sizes that are to be claimed. */
function zip(name: string, data: Uint8Array, claimed = data.length): Buffer {
  const packed = deflateRawSync(data);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(claimed, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt32LE(claimed, 24);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

function npyFile(header: string, data: Uint8Array = new Uint8Array()): Buffer {
  const text = Buffer.from(`${header.padEnd(117)}\n`, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, text, data]);
}

describe('NPY', () => {
  const images = file('images.npy');
  const labels = file('labels.npy');
  test.each<[string, Uint8Array | string, RegExp]>([
    [
      'cut short',
      images.subarray(0, -1),
      /^images\.npy: expected 488 bytes for 6×4×5×3 elements of type \|u1, found 487: it is truncated/,
    ],
    ['with a header cut short', images.subarray(0, 40), /^images\.npy: the header is cut short/],
    ['with bytes behind it', Buffer.concat([images, Buffer.from('!')]), /found 489: more trails the data/],
    ['of Python objects', file('pickled.npy'), /^images\.npy: the array holds Python objects, .* could run code/],
    ['in Fortran order', file('fortran.npy'), /the array is in Fortran order/],
    [
      'that is something else',
      'hello, I am no array',
      /expected an NPY array, found bytes that begin with 68656c6c6f2c/,
    ],
    ['that is empty', '', /expected an NPY array, found an empty file/],
    [
      'of a false shape',
      npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999, 9999, 9999, 3), }"),
      /it is truncated/,
    ],
    [
      'of floats',
      npyFile("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1), }", new Uint8Array(4)),
      /unsigned bytes \(\|u1\), found elements of type <f4/,
    ],
    [
      'of five axes',
      npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1), }", new Uint8Array(1)),
      /found 1×1×1×1×1/,
    ],
    ['without images', npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 2, 2), }"), /found 0×2×2/],
    [
      'with code for a header',
      npyFile("__import__('os').system('true')"),
      /expected a header with descr, fortran_order and shape/,
    ],
  ])('%s is refused', async (_, bytes, message) => {
    expect(await refusal({ 'images.npy': bytes, 'labels.npy': labels }, 'npy', 'all')).toMatch(message);
  });

  test.each<[string, Uint8Array, RegExp]>([
    [
      'too few',
      npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }", new Uint8Array(5)),
      /^labels\.npy: expected 6 labels, one for each image of images\.npy, found 5/,
    ],
    [
      'below 0',
      npyFile("{'descr': '|i1', 'fortran_order': False, 'shape': (6,), }", Uint8Array.from([0, 1, 255, 0, 0, 0])),
      /example 2 has the label -1/,
    ],
    [
      'of fractions',
      npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': (6,), }", new Uint8Array(48)),
      /labels of an integer type, found <f8/,
    ],
    [
      'one-hot',
      npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (6, 3), }", new Uint8Array(18)),
      /expected labels \[n\] or \[n, 1\], found 6×3/,
    ],
  ])('labels that are %s are refused', async (_, bytes, message) => {
    expect(await refusal({ 'images.npy': images, 'labels.npy': bytes }, 'npy', 'all')).toMatch(message);
  });

  test('severities of an array that is not five times the same are refused', async () => {
    const files = { 'fog.npy': images, 'snow.npy': images, 'labels.npy': labels };
    expect(await refusal(files, 'npy', 'fog-2')).toMatch(/^fog\.npy: 6 images cannot be 5 severities/);
  });
});

describe('NPZ', () => {
  test.each<[string, Uint8Array | string, RegExp]>([
    ['cut short', file('deflated.npz').subarray(0, -30), /^set\.npz: this is not a sound ZIP file/],
    ['that is no ZIP', 'PK? no.', /^set\.npz: this is not a sound ZIP file/],
    [
      'whose member leads out',
      zip('../x_train.npy', new Uint8Array(9)),
      /not a sound ZIP file: invalid relative path: \.\.\/x_train\.npy/,
    ],
    ['whose member has an absolute name', zip('/x_train.npy', new Uint8Array(9)), /absolute path/],
    ['without the arrays', zip('other.npy', new Uint8Array(9)), /there is no example set 'train'; found none/],
  ])('%s is refused', async (_, bytes, message) => {
    expect(await refusal({ 'set.npz': bytes }, 'npz', 'train')).toMatch(message);
  });

  const joined = (images: Buffer, labels: Buffer) => {
    // Two ZIPs of one member cannot simply be joined, so the bomb is the array that is opened first.
    const split = (bytes: Buffer) => {
      const end = bytes.length - 22;
      const start = bytes.readUInt32LE(end + 16);
      return {
        local: bytes.subarray(0, start),
        central: Buffer.from(bytes.subarray(start, end)),
        end: bytes.subarray(end),
      };
    };
    const [first, second] = [split(images), split(labels)];
    second.central.writeUInt32LE(first.local.length, 42);
    const end = Buffer.from(second.end);
    end.writeUInt16LE(2, 8);
    end.writeUInt16LE(2, 10);
    end.writeUInt32LE(first.central.length + second.central.length, 12);
    end.writeUInt32LE(first.local.length + second.local.length, 16);
    return Buffer.concat([first.local, second.local, first.central, second.central, end]);
  };
  const labels = zip(
    'y_train.npy',
    npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(1)),
  );

  test('that is a bomb is stopped: by what it claims, or by giving more than it claims', async () => {
    const claims = zip('x_train.npy', new Uint8Array(1000), 3 * 1024 ** 3);
    expect(await refusal({ 'set.npz': joined(claims, labels) }, 'npz', 'train')).toMatch(
      /its member 'x_train\.npy' says it unpacks to 3221225472 bytes; at most 2147483648 are read/,
    );
    const lies = zip('x_train.npy', new Uint8Array(64 * MEGABYTE), 200);
    expect(lies.length).toBeLessThan(100_000);
    expect(await refusal({ 'set.npz': joined(lies, labels) }, 'npz', 'train')).toMatch(
      /not a sound ZIP file: too many bytes/,
    );
  });
});

describe('Parquet', () => {
  const { snappy = new Uint8Array() } = parquet.files;
  const damaged = (at: number) => snappy.map((byte, index) => (index === at ? byte ^ 0xff : byte));
  test.each<[string, Uint8Array | string, RegExp]>([
    ['cut short', snappy.subarray(0, -40), /^train\.parquet: this is not a sound Parquet file/],
    ['of four bytes', 'PAR1', /not a sound Parquet file: it has 4 bytes/],
    ['of another format', 'a,b,c\n1,2,3\n4,5,6\n', /not a sound Parquet file/],
    [
      'with a footer longer than the file',
      Buffer.concat([Buffer.from('PAR1'), Buffer.from('ffffff7f', 'hex'), Buffer.from('PAR1')]),
      /not a sound Parquet file/,
    ],
  ])('%s is refused', async (_, bytes, message) => {
    expect(await refusal({ 'train.parquet': bytes }, 'parquet', 'train')).toMatch(message);
  });

  test('whose page claims two gigabytes is stopped before they are unpacked', async () => {
    const labels = Int32Array.from({ length: 1000 }, (_, at) => at % 7);
    const honest = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'label', data: labels, type: 'INT32' }] }));
    // A page header is 15 04 (dictionary page), 15 and the unpacked size as a varint, …
    expect(honest.subarray(4, 7).toString('hex')).toBe('150415');
    const end = honest.findIndex((byte, at) => at >= 7 && byte < 0x80) + 1;
    const lying = Buffer.concat([honest.subarray(0, 7), Buffer.from('feffffff0f', 'hex'), honest.subarray(end)]);
    expect(await refusal({ 'train.parquet': lying }, 'parquet', 'train')).toMatch(
      /^train\.parquet: this is not a sound Parquet file: a page claims to unpack to 2147483647 bytes/,
    );
  });

  test('with any one byte flipped is refused or read, never worse', async () => {
    const results = { refused: 0, read: 0 };
    for (let at = 4; at < snappy.length; at += 61) {
      await using data = await dataFolder({ 'train.parquet': damaged(at) });
      const error = await data.register('parquet', [allOf('train')]).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error === null) results.read++;
      else {
        expect(error, `byte ${at}: ${String(error)}`).toBeInstanceOf(DataFileError);
        results.refused++;
      }
    }
    expect(results.refused).toBeGreaterThan(10);
  });

  test('without images in the column, or with hidden labels, is refused by row', async () => {
    const files = { 'train.parquet': parquet.texts.file };
    expect(await refusal(files, 'parquet', 'train')).toMatch(
      /none of the columns sentence, label has a usual name for image/,
    );
    expect(await refusal(files, 'parquet', 'train', { columns: { image: 'sentence' } })).toMatch(
      /train\.parquet \(row 0\): the column 'sentence' holds no image bytes/,
    );
  });
});

describe('a tar', () => {
  const image = { path: '1.png', data: 'x' };
  const label = { path: '1.cls', data: '0' };
  test.each<[string, Uint8Array | string, RegExp]>([
    [
      'cut short within a member',
      tar([{ path: '1.png', data: new Uint8Array(2000) }]).subarray(0, 1300),
      /^train\.tar: its member '1\.png' says it has 2000 bytes from byte 512 on; the file has 1300/,
    ],
    ['cut short within a header', webdataset.file.subarray(0, 300), /the tar file ends at byte 300, within a header/],
    ['that is gzip', gzipSync(webdataset.file), /expected the header of a tar member at byte 0, found something else/],
    ['that is empty', '', /ends at byte 0, within a header/],
    [
      'whose member leads out',
      tar([{ ...image, path: '../1.png' }]),
      /its member '\.\.\/1\.png' has a name that leads out/,
    ],
    [
      'whose member has an absolute name',
      tar([{ ...image, path: '/etc/1.png' }]),
      /its member '\/etc\/1\.png' has a name that leads out/,
    ],
    [
      'with a symbolic link',
      tar([{ path: '1.png', type: 'SymbolicLink' }]),
      /its member '1\.png' is no plain file \(SymbolicLink\)/,
    ],
    ['with a hard link', tar([{ path: '1.png', type: 'Link' }]), /is no plain file \(Link\)/],
    ['with a pipe', tar([{ path: '1.png', type: 'FIFO' }]), /is no plain file \(FIFO\)/],
    [
      'whose member claims more than the file',
      tar([{ ...image, size: 10_000_000_000 }]),
      /says it has 10000000000 bytes/,
    ],
    [
      'whose example comes twice',
      tar([image, label, { path: '2.png' }, { path: '2.cls', data: '0' }, image]),
      /the key '1' comes twice/,
    ],
    ['whose example has no image', tar([label]), /the example '1' has no image; its members are cls/],
    ['whose example has no label', tar([image]), /train\.tar: 1: the example has no label/],
    ['whose label is no JSON', tar([image, { path: '1.json', data: '{' }]), /its \.json is not JSON/],
    [
      'whose JSON has no label',
      tar([image, { path: '1.json', data: '{"__proto__": {"label": 1}}' }]),
      /no label in the field 'label'/,
    ],
    ['whose label is below 0', tar([image, { path: '1.cls', data: '-1' }]), /the label is -1/],
    ['whose image is none', tar([image, label]), /train\.tar: expected a JPEG, PNG, WebP or GIF image, found 1 bytes/],
  ])('%s is refused', async (_, bytes, message) => {
    expect(await refusal({ 'train.tar': bytes }, 'webdataset', 'train')).toMatch(message);
  });

  test('whose extended header leads out is refused as well', async () => {
    const pax = new Pax({ path: '../../up/1.png' }).encode();
    const bytes = Buffer.concat([pax, tar([image, label])]);
    expect(await refusal({ 'train.tar': bytes }, 'webdataset', 'train')).toMatch(
      /'\.\.\/\.\.\/up\/1\.png' has a name that leads out/,
    );
  });
});

describe('CSV', () => {
  test.each<[string, Uint8Array | string, RegExp]>([
    ['that is not UTF-8', Buffer.from('text,label\nd\xe9j\xe0 vu,1\n', 'latin1'), /^train\.csv: the file is not UTF-8/],
    ['with a quote left open', 'text,label\n"never ends,1\n', /not a sound table: .*quote/i],
    ['with a row of another length', 'text,label\na,1\nb,1,2\n', /not a sound table: .*line 3/i],
    ['without rows', 'text,label\n', /expected a header line and at least one row/],
    ['without the columns', 'a,b\n1,2\n', /none of the columns a, b has a usual name for text/],
  ])('%s is refused', async (_, bytes, message) => {
    expect(await refusal({ 'train.csv': bytes }, 'csv', 'train')).toMatch(message);
  });
});

describe('CIFAR and image folders', () => {
  test('of which a batch is missing, cut short or of another version are refused', async () => {
    const batches = Object.fromEntries([1, 2, 3, 4].map((at) => [`data_batch_${at}.bin`, new Uint8Array(3073)]));
    expect(await refusal(batches, 'cifar-10', 'train')).toMatch(/^data_batch_5\.bin: the file is missing/);
    expect(await refusal({ ...batches, 'data_batch_2.bin': new Uint8Array(3000) }, 'cifar-10', 'train')).toMatch(
      /^data_batch_2\.bin: expected records of 3073 bytes, found 3000 bytes: 0\.98 records/,
    );
    const label = new Uint8Array(3073).fill(200);
    expect(await refusal({ 'test_batch.bin': label }, 'cifar-10', 'test')).toMatch(
      /record 0 has the label 200; there are 10 classes/,
    );
    expect(await refusal({ readme: '' }, 'cifar-10', 'train')).toMatch(/^FOLDER: expected data_batch_1\.bin/);
  });

  test('with a damaged image are refused by its path', async () => {
    const whole = await sharp({ create: { width: 60, height: 60, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const files = { 'a/1.jpg': whole, 'b/2.jpg': whole.subarray(0, whole.length - 20) };
    expect(await refusal(files, 'image-folder', 'all')).toMatch(/^b\/2\.jpg: the image cannot be decoded/);
    expect(await refusal({ 'a/1.txt': '' }, 'image-folder', 'all')).toMatch(
      /expected a folder for each class with images in it/,
    );
  });

  test('in which it is not clear what is a class are refused', async () => {
    const files = { 'train/a/1.png': 'x', 'unlabeled/2.png': 'x', 'notes/deep/readme.txt': '' };
    expect(await refusal(files, 'image-folder', 'train')).toMatch(
      /^FOLDER: 'unlabeled' holds images, and 'train' holds folders of images/,
    );
  });

  test('with a link to a folder that links back end', async () => {
    await using data = await dataFolder({
      'a/1.png': await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    });
    await symlink(data.path, join(data.path, 'a', 'round'));
    const manifest = await data.register('image-folder', [allOf('all')]);
    expect(manifest.parts[0]?.n).toBeLessThan(10);
  });
});
