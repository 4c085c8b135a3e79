import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hashFile } from '../checkpoints/locate.js';
import { HashCache } from './hash-cache.js';

const folder = mkdtempSync(join(tmpdir(), 'stockpot hashes '));
afterAll(() => rmSync(folder, { recursive: true }));
/** A file that nobody wrote to for a while: only the hashes of such are kept. */
const settled = createRequire(import.meta.url).resolve('vitest/package.json');

test('a file is read once, however often it is asked for', async () => {
  const hashes = await HashCache.open(join(folder, 'once'));
  const found = [await hashes.of(settled), await hashes.of(settled)];
  expect(found).toEqual([await hashFile(settled), await hashFile(settled)]);
  expect(hashes.hashed).toBe(1);
});

test('who asks for nothing takes away nothing that others ask for', async () => {
  const place = join(folder, 'kept');
  const first = await HashCache.open(place);
  await first.of(settled);
  await first.save();
  await (await HashCache.open(place)).save();
  const again = await HashCache.open(place);
  await again.of(settled);
  expect(again.hashed).toBe(0);
});
