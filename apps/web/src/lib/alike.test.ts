import { expect, it } from 'vitest';
import { namesOfSeveral } from './alike';

it('finds the names that do not say which thing is meant', () => {
  const things = ['ft-00', 'greedy', 'ft-00', 'uniform', 'ft-00', 'greedy'].map((name) => ({ name }));
  expect([...namesOfSeveral(things)]).toEqual(['ft-00', 'greedy']);
  expect(namesOfSeveral([]).size).toBe(0);
});
