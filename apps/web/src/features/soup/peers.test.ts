import { expect, it } from 'vitest';
import { baselineWasChosen } from './peers';

const baselines = [
  { id: 'a', role: 'best' as const },
  { id: 'b', role: 'ensemble' as const },
];

it('does not judge the best ingredient by the split that made it the best', () => {
  expect(baselineWasChosen({ benchmark: { role: 'SELECTION' }, second: { id: 'a' } }, baselines)).toBe(true);
  expect(baselineWasChosen({ benchmark: { role: 'TEST' }, second: { id: 'a' } }, baselines)).toBe(false);
  expect(baselineWasChosen({ benchmark: { role: 'SELECTION' }, second: { id: 'b' } }, baselines)).toBe(false);
});
