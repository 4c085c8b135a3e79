import { mkdtempDisposableSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '../checkpoints/open-checkpoint.js';
import { encodeSafetensors } from '../checkpoints/safetensors.js';
import type { StoredType } from '../checkpoints/storage.js';
import { tensorOf } from '../graph/tensor.js';
import { assertSameModel, assertSoupable, compareBuffers, compareModels, type ModelHeader } from './compatibility.js';

const METADATA = {
  'stockpot.architecture': '{"depth":12,"dim":64,"family":"vit"}',
  'stockpot.preprocessing': '{"mean":[0.5],"std":[0.5]}',
  'stockpot.stock': 'a'.repeat(64),
  'stockpot.head': 'b'.repeat(64),
  'stockpot.classes': '["cat","dog","owl"]',
};
const TYPES: Record<string, StoredType> = {
  'head.weight': { dtype: 'f32', shape: [3, 64] },
  'head.bias': { dtype: 'f32', shape: [3] },
  pos_embed: { dtype: 'f32', shape: [1, 17, 64] },
};

function header(
  changes: Record<string, string | undefined> = {},
  types: Record<string, StoredType> = TYPES,
): ModelHeader {
  const entries = Object.entries({ ...METADATA, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { source: 'ft-03', types: new Map(Object.entries(types)), metadata: new Map(entries) };
}

const first: ModelHeader = { ...header(), source: 'ft-00' };
const found = (changes: Record<string, string | undefined>) =>
  compareModels(first, header(changes)).map(({ kind, message }) => `${kind}: ${message}`);

describe('two models that may be averaged', () => {
  test('differ in nothing that matters, whatever the order of their tensors and what else they say', () => {
    const other = { ...header({ note: 'trained on a Sunday' }), types: new Map([...first.types].reverse()) };
    expect(compareModels(first, other)).toEqual([]);
    assertSoupable(first, other);
  });
});

describe('each mismatch is explained', () => {
  test.each([
    [
      'stockpot.architecture',
      '{"depth":6,"dim":64,"family":"vit"}',
      'architecture: its architecture differs: depth is 6 instead of 12',
    ],
    ['stockpot.architecture', undefined, 'architecture: it does not say its architecture'],
    [
      'stockpot.preprocessing',
      '{"mean":[0.13],"std":[0.5]}',
      'preprocessing: it sees its inputs differently: mean is [0.13] instead of [0.5]',
    ],
    [
      'stockpot.stock',
      'c'.repeat(64),
      'ancestor: it was trained from another stock: cccccccccccc instead of aaaaaaaaaaaa',
    ],
    ['stockpot.stock', undefined, 'ancestor: it does not say which stock it was trained from'],
    ['stockpot.head', 'd'.repeat(64), 'head: its head began from other values: dddddddddddd instead of bbbbbbbbbbbb'],
    [
      'stockpot.classes',
      '["cat","owl","dog"]',
      'classes: its classes stand in another order: row 1 is owl instead of dog',
    ],
    ['stockpot.classes', '["cat","dog","elk"]', 'classes: its classes are others: row 2 is elk instead of owl'],
    ['stockpot.classes', '["cat"]', 'classes: its head answers 1 classes instead of 3'],
    ['stockpot.weights', 'ema', "weights: its weights are an exponential mean (EMA) instead of the last step's"],
  ])('%s %s', (key, text, expected) => {
    expect(found({ [key]: text })).toEqual([expected]);
  });

  test('of the tensors, in the order of their names', () => {
    const other = header(
      {},
      {
        'head.weight': { dtype: 'f32', shape: [100, 64] },
        'head.bias': { dtype: 'f16', shape: [3] },
        extra: { dtype: 'i64', shape: [] },
      },
    );
    expect(compareModels(first, other).map(({ kind, message }) => [kind, message])).toEqual([
      ['unexpected', 'tensor "extra" is not expected'],
      ['dtype', 'tensor "head.bias" is f16 instead of f32'],
      ['shape', 'tensor "head.weight" has shape [100, 64] instead of [3, 64]'],
      ['missing', 'tensor "pos_embed" is missing'],
    ]);
    expect(() => assertSoupable(first, other)).toThrow(
      /^ft-03: it does not fit ft-00: tensor "extra" is not expected; .* and 1 more differences\.$/,
    );
  });

  test('of integers, by element', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'stockpot compare '));
    const open = async (name: string, steps: number) => {
      const path = join(folder.path, `${name}.safetensors`);
      const tensors = new Map([
        ['weight', tensorOf('f32', [2], [steps, 1])],
        ['steps', tensorOf('i64', [2], [7, steps])],
      ]);
      await writeFile(path, encodeSafetensors(tensors));
      return openCheckpoint(path);
    };
    await using one = await open('one', 1);
    await using same = await open('same', 1);
    await using other = await open('other', 2);
    expect(await compareBuffers(one, same)).toEqual([]);
    expect(await compareBuffers(one, other)).toMatchObject([
      { kind: 'buffer', tensor: 'steps', message: 'tensor "steps" holds integers, and element 1 is 2 instead of 1' },
    ]);
  });
});

describe('a head', () => {
  test('fits the stock of its architecture and preprocessing, whatever it was made from', () => {
    assertSameModel(first, header({ 'stockpot.stock': undefined, 'stockpot.head': undefined }));
    expect(() => assertSameModel(first, header({ 'stockpot.preprocessing': '{"mean":[0],"std":[1]}' }))).toThrow(
      'ft-03: it does not fit ft-00: it sees its inputs differently: mean is [0] instead of [0.5], std is [1] instead of [0.5].',
    );
  });
});
