import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { HashCache } from '../artifacts/hash-cache.js';
import { hashFile } from '../checkpoints/locate.js';
import type { DatasetParameters } from '../recipe/parameters.js';
import { keptRegistration } from './kept-registration.js';

const root = mkdtempSync(join(tmpdir(), 'stockpot kept '));
afterAll(() => rmSync(root, { recursive: true }));

let [folder, home] = ['', ''];
const file = () => join(folder, 'val.csv');
const LONG_AGO = new Date(Date.now() - 3_600_000);
/** Files whose times are long past, by both clocks: the time of change cannot be set, so it is waited for. */
const settled = () => setTimeout(2100);

beforeEach(() => {
  folder = mkdtempSync(join(root, 'data '));
  home = mkdtempSync(join(root, 'home '));
  writeFileSync(file(), 'text,label\nfine,good\ndull,bad\n');
});

const parameters = (): DatasetParameters => ({
  source: { path: folder },
  format: 'auto',
  seed: 0,
  splits: [{ name: 'val', role: 'test', from: 'val', count: null }],
});
/** How many examples were read to register the folder: none where it was remembered. */
async function registered(place: string | null = home) {
  let read = 0;
  const onProgress = (done: number) => {
    read = done;
  };
  const manifest = await keptRegistration(parameters(), folder, place, { onProgress });
  return { read, manifest };
}

test('an unchanged folder is registered once, and gives the same manifest; another one of the same content gives its own source', async () => {
  const first = await registered();
  const again = await registered();
  expect([first.read, again.read]).toEqual([2, 0]);
  expect(again.manifest).toEqual(first.manifest);
  expect((await registered(null)).manifest).toEqual(first.manifest);
  const twin = mkdtempSync(join(root, 'data '));
  writeFileSync(join(twin, 'val.csv'), 'text,label\nfine,good\ndull,bad\n');
  folder = twin;
  const moved = await registered();
  expect(moved.read).toBe(0);
  expect(moved.manifest).toEqual({ ...first.manifest, source: { path: twin } });
});

test('changed content is seen, also of the same size and with the old time put back; a file that was only touched is the same', async () => {
  utimesSync(file(), LONG_AGO, LONG_AGO);
  await settled();
  const first = await registered();
  // Now the hash is remembered for sure: nothing is read.
  const hashes = await HashCache.open(
    join(home, 'data', readdirSync(join(home, 'data')).find((name) => name.endsWith('.hashes')) ?? ''),
  );
  await hashes.of(file());
  expect(hashes.hashed).toBe(0);

  const { size, mtimeMs } = statSync(file());
  writeFileSync(file(), 'text,label\nFine,good\ndull,bad\n');
  utimesSync(file(), LONG_AGO, LONG_AGO);
  expect([statSync(file()).size, statSync(file()).mtimeMs]).toEqual([size, mtimeMs]);
  const changed = await registered();
  expect(changed.read).toBe(2);
  expect(changed.manifest.contentHash).not.toBe(first.manifest.contentHash);

  utimesSync(file(), new Date(), new Date());
  const touched = await registered();
  expect([touched.read, touched.manifest.contentHash]).toEqual([0, changed.manifest.contentHash]);

  writeFileSync(join(folder, 'test.csv'), 'text,label\nnew,good\nold,bad\n');
  expect((await registered()).read).toBe(2);
});

test('a file that is written again within the same tick of the clock of its file system is hashed again', async () => {
  const cache = join(home, 'hashes');
  for (const text of ['one', 'two', 'six']) {
    // So fast after one another that times may be equal; the size is.
    writeFileSync(file(), text);
    const hashes = await HashCache.open(cache);
    expect(await hashes.of(file())).toBe(await hashFile(file()));
    await hashes.save();
  }
  // From the future, by a clock that is not ours.
  utimesSync(file(), new Date(Date.now() + 3_600_000), new Date(Date.now() + 3_600_000));
  await (await HashCache.open(cache)).of(file());
  const later = await HashCache.open(cache);
  await later.of(file());
  expect(later.hashed).toBe(1);
});

test('what was kept and damaged is not believed, and a home that cannot be written costs only time', async () => {
  const { manifest } = await registered();
  const kept = join(home, 'data', readdirSync(join(home, 'data')).find((name) => name.endsWith('.json')) ?? '');
  writeFileSync(kept, 'a'.repeat(64).concat('\n{"version":2}'));
  expect(await registered()).toEqual({ read: 2, manifest });
  writeFileSync(join(root, 'file'), '');
  expect(await registered(join(root, 'file', 'home'))).toEqual({ read: 2, manifest });
});

test('of what is kept of other data stays what was used last, up to a gibibyte', async () => {
  await registered();
  const place = join(home, 'data');
  for (const [hour, name] of ['1', '2', '3'].entries()) {
    const other = join(place, `${name.repeat(64)}.${name === '2' ? 'hashes' : 'json'}`);
    writeFileSync(other, '');
    // A file without blocks: as long, and nothing on the disk.
    truncateSync(other, 600 * 2 ** 20);
    const time = new Date(LONG_AGO.getTime() + hour * 1000);
    utimesSync(other, time, time);
  }
  expect((await registered()).read).toBe(0);
  const others = readdirSync(place).filter((name) => /^([123])\1{63}\./.test(name));
  expect(others).toEqual([`${'3'.repeat(64)}.json`]);
  // What is at hand was used just now.
  expect((await registered()).read).toBe(0);
});
