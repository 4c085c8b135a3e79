import { mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { keepNewest } from './keep-newest.js';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Files of 100 bytes, each used an hour after the one before. */
function files(...names: readonly string[]): void {
  folder = mkdtempSync(join(tmpdir(), 'stockpot keep '));
  for (const [hour, name] of names.entries()) {
    writeFileSync(join(folder, name), new Uint8Array(100));
    const time = new Date(2026, 0, 1, hour);
    utimesSync(join(folder, name), time, time);
  }
}

const left = () => readdirSync(folder).sort();
const pattern = /^\d\.kept$/;

test('the files that were used last stay, as many bytes as there may be beside those in use', async () => {
  files('1.kept', '2.kept', '3.kept', '4.kept', 'notes.txt');
  await keepNewest(folder, { pattern, used: [join(folder, '1.kept')], bytes: 250 });
  expect(left()).toEqual(['1.kept', '3.kept', '4.kept', 'notes.txt']);
  // What was in use then counts as used last.
  await keepNewest(folder, { pattern, used: [], bytes: 100 });
  expect(left()).toEqual(['1.kept', 'notes.txt']);
});

test('as many files as there may be', async () => {
  files('1.kept', '2.kept', '3.kept');
  await keepNewest(folder, { pattern, used: [join(folder, '2.kept'), join(folder, 'gone.kept')], most: 1 });
  expect(left()).toEqual(['2.kept', '3.kept']);
  await keepNewest(folder, { pattern, used: [], most: 0 });
  expect(left()).toEqual([]);
});

test('one that another program removed meanwhile is no error', async () => {
  files('1.kept', '2.kept');
  // A link that leads nowhere is listed, and is not there when it is looked at.
  symlinkSync(join(folder, 'gone'), join(folder, '3.kept'));
  await keepNewest(folder, { pattern, used: [], most: 1 });
  expect(left()).toEqual(['2.kept', '3.kept']);
});
