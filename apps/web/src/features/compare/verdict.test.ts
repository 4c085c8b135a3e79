import { expect, it } from 'vitest';
import { differenceText, toldApart, verdict } from './verdict';

const one = { difference: 0.012, low: 0.0041, high: 0.0198, p: 0.002, adjustedP: 0.004, spent: false };

it('says who is better only where the images tell it', () => {
  expect(verdict(one, 'greedy', 'best')).toBe(
    'greedy is better than best by 1.20 points, and the images tell it (adjusted p = 0.004).',
  );
  expect(verdict({ ...one, difference: -0.003, adjustedP: 0.3 }, 'greedy', 'best')).toBe(
    'best is 0.30 points ahead of greedy, which the images cannot tell from no difference (adjusted p = 0.3).',
  );
  expect(verdict({ ...one, adjustedP: 1e-9 }, 'a', 'b')).toContain('(adjusted p < 0.0001)');
  expect(verdict({ ...one, difference: 0, adjustedP: 1 }, 'a', 'b')).toBe('Both are right equally often.');
});

it('never decides by a split that one was chosen on', () => {
  expect(toldApart(one)).toBe(true);
  expect(toldApart({ ...one, spent: true })).toBe(false);
  expect(verdict({ ...one, spent: true }, 'greedy', 'best')).toMatch(/^One of the two was chosen on this split/);
});

it('shows a difference with its interval, in points', () => {
  expect(differenceText(one)).toBe('+1.20 (+0.41 to +1.98)');
  expect(differenceText({ difference: -0.001, low: -0.01, high: 0.008 })).toBe('−0.10 (−1.00 to +0.80)');
});
