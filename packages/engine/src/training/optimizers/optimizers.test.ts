import { expect, test } from 'vitest';
import { optimizers } from './index.js';
import { optimizerCases, optimizerDifference } from './optimizers.fixture.js';
import { sgd } from './sgd.js';

test.each(optimizerCases)("$name: after 100 steps, the oracle's weights", async (one) => {
  expect(await optimizerDifference(one)).toBeLessThan(1e-5);
});

test('every optimizer of the table has an oracle', () => {
  expect([...new Set(optimizerCases.map(({ optimizer }) => optimizer))].sort()).toEqual(Object.keys(optimizers).sort());
});

test('a look-ahead without momentum, or with dampening, is refused as torch refuses it', () => {
  expect(() => sgd({ nesterov: true, momentum: 0 })).toThrow(/needs a momentum above 0/);
  expect(() => sgd({ nesterov: true, dampening: 0.1 })).toThrow(/no dampening/);
});
