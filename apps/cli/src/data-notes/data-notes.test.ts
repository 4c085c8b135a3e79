import type { Plan } from '@stockpot/engine/recipe';
import { expect, test } from 'vitest';
import { dataNotes } from './data-notes.js';

const plan: Plan = {
  name: 'birds',
  seed: 0,
  report: [],
  selection: [],
  hash: '0'.repeat(64),
  steps: [
    {
      id: 'datasets/birds',
      kind: 'dataset',
      title: 'Read the data set birds',
      parameters: {},
      inputs: {},
      makes: { type: 'dataset', name: 'birds' },
    },
  ],
};

const notesOf = (summary: unknown) => dataNotes(plan, new Map([['datasets/birds', { result: { summary } }]]));

test('says which images are in two splits, identically or nearly, and which format was found', () => {
  expect(
    notesOf({
      found: 'Found 5 folders of images, one a class.',
      overlaps: [
        { a: 'train', b: 'test', n: 1 },
        { a: 'train', b: 'selection', n: 12 },
      ],
      nearDuplicates: {
        method: 'x',
        flat: 0,
        pairs: [{ a: 'train', b: 'test', n: 9, images: { a: 2, b: 3 }, examples: [] }],
      },
    }),
  ).toEqual([
    'birds: Found 5 folders of images, one a class.',
    "birds: 1 example is both in 'train' and in 'test', identically.",
    "birds: 12 different examples are both in 'train' and in 'selection', identically.",
    "birds: 3 of 'test' nearly repeat 2 of 'train'.",
  ]);
});

test('says nothing of data with nothing to say of', () => {
  expect(notesOf({ overlaps: [] })).toEqual([]);
  expect(notesOf({ contentHash: 'of an older version' })).toEqual([]);
  expect(dataNotes(plan, new Map())).toEqual([]);
});
