import { expect, it } from 'vitest';
import { isSpentOn } from './peers';

it('marks the best ingredient on the split that made it the best, and there only', () => {
  const on = (role: string, spent = false) => ({ spent, benchmark: { role } });
  expect(isSpentOn({ role: 'best' }, on('SELECTION'))).toBe(true);
  expect(isSpentOn({ role: 'best' }, on('TEST'))).toBe(false);
  expect(isSpentOn({ role: 'ensemble' }, on('SELECTION'))).toBe(false);
  expect(isSpentOn({ role: 'soup' }, on('TEST', true))).toBe(true);
});
