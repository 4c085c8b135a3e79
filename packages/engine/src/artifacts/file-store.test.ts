import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { StoreUnwritableError } from './disk-errors.js';
import { FileArtifactStore } from './file-store.js';
import { ArtifactCorruptError, ArtifactMissingError, StoreFullError } from './store.js';
import { temporaryName } from './temporary.js';

const folders: string[] = [];
const mounts: string[] = [];

afterEach(() => {
  for (const mount of mounts.splice(0)) execFileSync('umount', [mount]);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'stockpot store '));
  folders.push(made);
  return made;
}

/** A file system of one mebibyte; undefined where this user may not mount one. */
function smallDisk(): string | undefined {
  const place = folder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]);
  if (mounted.status !== 0) return undefined;
  mounts.push(place);
  return place;
}

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a blob', () => {
  test('is found under the hash of its bytes', async () => {
    const store = await FileArtifactStore.open(folder());
    const output = await store.put(Buffer.from('soup'), 'text/plain');
    expect(output).toEqual({ hash: sha256('soup'), bytes: 4, mediaType: 'text/plain' });
    expect(store.path(output.hash)).toBe(
      join(store.root, 'sha256', output.hash.slice(0, 2), output.hash.slice(2, 4), output.hash),
    );
    expect(await store.has(output.hash)).toBe(true);
    expect(Buffer.from(await store.read(output.hash)).toString()).toBe('soup');
  });

  test('is the same written whole or in pieces, and leaves no temporary file', async () => {
    const store = await FileArtifactStore.open(folder());
    const whole = await store.put(Buffer.from('greedy soup'), 'text/plain');
    const pieces = await store.put(chunks('greedy', '', ' ', 'soup'), 'text/plain');
    expect(pieces).toEqual(whole);
    expect(readdirSync(join(store.root, 'tmp'))).toEqual([]);
  });

  test('may be stored by many at once', async () => {
    const root = folder();
    const stores = await Promise.all([FileArtifactStore.open(root), FileArtifactStore.open(root)]);
    const text = 'ingredient '.repeat(10_000);
    const puts = Array.from({ length: 40 }, (_, i) => stores[i % 2]?.put(Buffer.from(text), 'text/plain'));
    const outputs = await Promise.all(puts);
    expect(new Set(outputs.map((output) => output?.hash))).toEqual(new Set([sha256(text)]));
    expect(Buffer.from((await stores[0]?.read(sha256(text))) ?? []).toString()).toBe(text);
  });

  test('that is not there is missed by name', async () => {
    const store = await FileArtifactStore.open(folder());
    expect(await store.has(sha256('nothing'))).toBe(false);
    await expect(store.read(sha256('nothing'))).rejects.toThrow(ArtifactMissingError);
    await expect(store.verify(sha256('nothing'))).rejects.toThrow(ArtifactMissingError);
  });

  test.each(['../../etc/passwd', 'AB'.repeat(32), '', 'a'.repeat(63), `${'a'.repeat(64)}/x`, '%2e%2e'])(
    'is never a path: %s',
    async (name) => {
      const store = await FileArtifactStore.open(folder());
      expect(() => store.path(name)).toThrow(TypeError);
    },
  );
});

describe('damage', () => {
  test.each(['read', 'verify'] as const)(
    'one flipped bit is found by %s, and the blob is put aside',
    async (method) => {
      const store = await FileArtifactStore.open(folder());
      const { hash } = await store.put(Buffer.from('soup'), 'text/plain');
      await chmod(store.path(hash), 0o644);
      await writeFile(store.path(hash), 'souq');
      await expect(store[method](hash)).rejects.toThrow(ArtifactCorruptError);
      expect(await store.has(hash)).toBe(false);
      expect(readdirSync(join(store.root, 'quarantine'))).toHaveLength(1);

      await store.put(Buffer.from('soup'), 'text/plain');
      expect(Buffer.from(await store.read(hash)).toString()).toBe('soup');
    },
  );

  test('storing the bytes again heals a damaged blob', async () => {
    const store = await FileArtifactStore.open(folder());
    const { hash } = await store.put(Buffer.from('soup'), 'text/plain');
    await chmod(store.path(hash), 0o644);
    await writeFile(store.path(hash), 'so');
    await store.put(Buffer.from('soup'), 'text/plain');
    await store.verify(hash);
  });

  test('a producer that fails half way leaves nothing', async () => {
    const store = await FileArtifactStore.open(folder());
    async function* failing() {
      yield Buffer.from('half');
      throw new Error('the training diverged');
    }
    await expect(store.put(failing(), 'text/plain')).rejects.toThrow('the training diverged');
    expect(readdirSync(join(store.root, 'tmp'))).toEqual([]);
    expect(await store.has(sha256('half'))).toBe(false);
  });
});

describe('a disk that refuses', () => {
  test('a full one gives a sentence and keeps nothing half-written', async (context) => {
    const disk = smallDisk();
    if (disk === undefined) return context.skip('mounting a small file system needs root');
    const store = await FileArtifactStore.open(disk);
    const small = await store.put(Buffer.from('small'), 'text/plain');
    const large = store.put(chunks(...Array.from({ length: 40 }, () => 'x'.repeat(65_536))), 'text/plain');
    await expect(large).rejects.toThrow(StoreFullError);
    await expect(large).rejects.toThrow(/is full; nothing was kept/);
    expect(readdirSync(join(disk, 'tmp'))).toEqual([]);
    expect(readdirSync(join(disk, 'sha256'))).toEqual([small.hash.slice(0, 2)]);
    await store.verify(small.hash);
  });

  test('a place that is a file', async () => {
    const place = join(folder(), 'taken');
    writeFileSync(place, '');
    await expect(FileArtifactStore.open(place)).rejects.toThrow(StoreUnwritableError);
  });
});

describe('temporary files', () => {
  test('of dead processes are swept, of living ones and of other machines kept', async () => {
    const root = folder();
    await mkdir(join(root, 'tmp'), { recursive: true });
    const dead = spawnSync('true').pid;
    const names = {
      mine: temporaryName(hostname(), process.pid, 'a'),
      dead: temporaryName(hostname(), dead, 'b'),
      foreign: temporaryName('another host', dead, 'c'),
      old: temporaryName('another host', dead, 'd'),
      nonsense: 'e',
    };
    for (const name of Object.values(names)) await writeFile(join(root, 'tmp', name), 'x');
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    await utimes(join(root, 'tmp', names.old), twoDaysAgo, twoDaysAgo);
    await FileArtifactStore.open(root);
    expect(readdirSync(join(root, 'tmp')).sort()).toEqual([names.mine, names.foreign, names.nonsense].sort());
  });

  test('a writer that is killed at any moment never leaves a partial blob under a name', async () => {
    const root = folder();
    const writer = join(root, 'writer.mts');
    const store = new URL('./file-store.ts', import.meta.url).href;
    await writeFile(
      writer,
      `import { FileArtifactStore } from '${store}';
       const store = await FileArtifactStore.open(process.argv[2]);
       process.stdout.write('ready');
       for (let i = 0; ; i++) await store.put(Buffer.alloc(200_000, i % 256), 'x');`,
    );
    for (const delayMs of [20, 33, 51]) {
      const child = spawn(process.execPath, ['--import', 'tsx', writer, root], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await setTimeout(delayMs);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const reopened = await FileArtifactStore.open(root);
      expect(readdirSync(join(root, 'tmp'))).toEqual([]);
      for (const blob of await blobs(root)) {
        await reopened.verify(blob);
        expect((await stat(reopened.path(blob))).size).toBe((await readFile(reopened.path(blob))).byteLength);
      }
    }
    expect((await blobs(root)).length).toBeGreaterThan(0);
  });
});

async function blobs(root: string): Promise<string[]> {
  return readdirSync(join(root, 'sha256'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.split('/').at(-1) ?? '')
    .filter((name) => name.length === 64);
}
