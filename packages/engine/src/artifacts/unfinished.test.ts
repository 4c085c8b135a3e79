import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.js';
import { openNew } from './open-new.js';
import { beginWriting, removeUnfinished, writeWholeFolder } from './unfinished.js';

const root = mkdtempSync(join(tmpdir(), 'stockpot unfinished '));
afterAll(() => rmSync(root, { recursive: true }));

const two = async (folder: string) => {
  await writeFile(join(folder, 'a'), '1');
  await mkdir(join(folder, 'deep'));
  await writeFile(join(folder, 'deep', 'b'), '2');
  return 'done';
};

test('a folder gets all its files or none, and keeps what else was in it', async () => {
  const fresh = join(root, 'fresh', 'deeper');
  expect(await writeWholeFolder(fresh, two)).toBe('done');
  expect(readdirSync(fresh, { recursive: true }).sort()).toEqual(['a', 'deep', join('deep', 'b')]);
  expect(readdirSync(join(root, 'fresh'))).toEqual(['deeper']);

  const there = join(root, 'there');
  await mkdir(there);
  writeFileSync(join(there, 'mine'), 'kept');
  writeFileSync(join(there, 'a'), '0');
  await writeWholeFolder(there, two);
  expect(readdirSync(there).sort()).toEqual(['a', 'deep', 'mine']);
  expect(readFileSync(join(there, 'a'), 'utf8')).toBe('1');

  for (const folder of [join(root, 'failed'), there]) {
    const before = existsSync(folder) ? readdirSync(folder, { recursive: true }) : null;
    const broken = writeWholeFolder(folder, async (place) => {
      await two(place);
      throw new Error('half-way');
    });
    await expect(broken).rejects.toThrow('half-way');
    expect(existsSync(folder) ? readdirSync(folder, { recursive: true }) : null).toEqual(before);
  }
  // Into a name that is a folder of something else nothing is moved, and what was new is taken back.
  const taken = join(root, 'taken');
  await mkdir(join(taken, 'a', 'full'), { recursive: true });
  await expect(writeWholeFolder(taken, two)).rejects.toThrow();
  expect(readdirSync(taken)).toEqual(['a']);
});

test('what is being written when a program must end at once is removed, and nothing that is finished', async () => {
  const finished = join(root, 'finished');
  await writeWholeFolder(finished, two);
  const half = join(root, 'half');
  await mkdir(half);
  await two(half);
  const writing = beginWriting(half);
  const other = join(root, 'other');
  await mkdir(other);
  beginWriting(other)[Symbol.dispose]();
  removeUnfinished();
  writing[Symbol.dispose]();
  expect([half, other, finished].map((path) => existsSync(path))).toEqual([false, true, true]);
});

test('a file system that makes no folders is told from one that has them, and does not hang', async () => {
  await makeFolder(join(root, 'x', 'y', 'z'));
  await makeFolder(join(root, 'x', 'y', 'z'));
  writeFileSync(join(root, 'file'), '');
  await expect(makeFolder(join(root, 'file', 'below'))).rejects.toThrow(/a part of the path is a file/);
  await expect(makeFolder(join(root, 'file'))).rejects.toThrow(/a part of the path is a file/);
  if (!existsSync('/proc/self')) return;
  await expect(openNew('/proc/self/soup')).rejects.toThrow('/proc/self: its file system takes no files.');
  await expect(makeFolder('/proc/stockpot/home')).rejects.toThrow(
    'Nothing can be written at /proc/stockpot: its file system makes no folders.',
  );
});
