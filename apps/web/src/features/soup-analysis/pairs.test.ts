import { expect, it } from 'vitest';
import { extremePairs } from './pairs';

const models = ['a', 'b', 'c', 'd'].map((name) => ({ id: name, name, kind: 'INGREDIENT' as const }));
const pairs = {
  first: [0, 0, 0, 1, 1, 2],
  second: [1, 2, 3, 2, 3, 3],
  disagreement: [0.1, 0.5, 0.3, 0.2, 0.6, 0.4],
  errorCorrelation: [0.9, null, 0.5, 0.6, 0.2, 0.3],
  kappa: [0, 0, 0, 0, 0, 0],
};
const shown = (all: readonly { first: { name: string }; second: { name: string } }[]) =>
  all.map(({ first, second }) => `${first.name}${second.name}`);

it('shows the pairs at both ends, none twice', () => {
  const { most, least } = extremePairs({ models, pairs });
  expect(shown(most)).toEqual(['bd', 'ac', 'cd', 'ad']);
  expect(shown(least)).toEqual(['ab', 'bc']);
  expect(most[1]?.errorCorrelation).toBeNull();
  const few = { models, pairs: { ...pairs, disagreement: [0.1] } };
  expect(shown(extremePairs(few).most)).toEqual(['ab']);
  expect(extremePairs(few).least).toEqual([]);
});
