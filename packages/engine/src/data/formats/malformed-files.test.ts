/** @file Damaged and hostile archives and folders: each is refused by a sentence that names it, in bounded memory. */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { Header, Pax } from 'tar';
import { describe, expect, test } from 'vitest';
import { allOf, dataFolder, formatFixtures } from '../dataset-folder.fixture.js';
import { refusal } from './refusal.fixture.js';

const { webdataset } = formatFixtures();

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
    expect(manifest.parts[0]?.n).toBe(1);
  });
});
