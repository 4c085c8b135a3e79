import { expect, it } from 'vitest';
import { isSpentOn, roleInPool } from './peers';

it('marks the best ingredient on the split that made it the best, and there only', () => {
  const on = (role: string, spent = false) => ({ spent, benchmark: { role } });
  expect(isSpentOn({ role: 'best' }, on('SELECTION'))).toBe(true);
  expect(isSpentOn({ role: 'best' }, on('TEST'))).toBe(false);
  expect(isSpentOn({ role: 'ensemble' }, on('SELECTION'))).toBe(false);
  expect(isSpentOn({ role: 'soup' }, on('TEST', true))).toBe(true);
});

it('calls an ingredient the best only where there was another to be better than, and then alone spends what chose it', () => {
  expect(['a', 'b'].map((id) => roleInPool(id, new Set(['a', 'b']), 'b'))).toEqual(['ingredient', 'best']);
  const only = roleInPool('mixed', new Set(['mixed']), 'mixed');
  expect(only).toBe('only');
  expect(isSpentOn({ role: only }, { spent: false, benchmark: { role: 'SELECTION' } })).toBe(false);
});
