import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { FileArtifactStore } from './file-store.js';
import { FileStepIndex } from './step-index.js';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

async function kitchen() {
  const root = mkdtempSync(join(tmpdir(), 'stockpot-index-'));
  roots.push(root);
  const store = await FileArtifactStore.open(join(root, 'blobs'));
  const index = await FileStepIndex.open(join(root, 'steps'), store);
  const checkpoint = await store.put(Buffer.from('weights'), 'application/octet-stream');
  const record = { kind: 'finetune', outputs: { checkpoint }, summary: { finalLoss: 0.25, split: { n: 3 } } };
  return { root, store, index, record };
}

const key = 'ab'.repeat(32);

describe('the result of a step', () => {
  test('is found again under its key', async () => {
    const { root, index, record } = await kitchen();
    expect(await index.get(key)).toBeUndefined();
    await index.put(key, record);
    expect(await index.get(key)).toEqual(record);
    expect(readdirSync(join(root, 'steps'))).toEqual([`${key}.json`]);
  });

  test('is no result when a blob of it is damaged or gone', async () => {
    const { root, store, index, record } = await kitchen();
    await index.put(key, record);
    await chmod(store.path(record.outputs.checkpoint.hash), 0o644);
    await writeFile(store.path(record.outputs.checkpoint.hash), 'weightz');
    expect(await index.get(key)).toBeUndefined();
    expect(readdirSync(join(root, 'steps'))).toEqual([]);
    await index.put(key, record);
    expect(await index.get(key)).toBeUndefined();
  });

  test.each([
    ['half a file', '{"format":"stockpot-step","ver'],
    ['another version', JSON.stringify({ format: 'stockpot-step', version: 2, key })],
    ['nothing', ''],
  ])('is no result when its record is %s', async (_, text) => {
    const { root, index, record } = await kitchen();
    await index.put(key, record);
    const path = join(root, 'steps', `${key}.json`);
    // Records are read-only; root may write them all the same, others may not.
    await chmod(path, 0o600);
    await writeFile(path, text);
    expect(await index.get(key)).toBeUndefined();
  });

  test('under another step’s name is no result', async () => {
    const { root, index, record } = await kitchen();
    await index.put(key, record);
    const other = 'cd'.repeat(32);
    await writeFile(
      join(root, 'steps', `${other}.json`),
      JSON.stringify({ format: 'stockpot-step', version: 1, key, ...record }),
    );
    expect(await index.get(other)).toBeUndefined();
  });

  test('has a key that is no path', async () => {
    const { index, record } = await kitchen();
    await expect(index.put('../escape', record)).rejects.toThrow(TypeError);
  });
});
