import { expect, test } from 'vitest';
import { wilsonInterval } from './wilson.js';

const wilson = (share: number, n: number) => wilsonInterval(share * n, n);

const Z = 1.959963984540054;

test('its ends solve (p − x)² = z² x (1 − x) / n, which is what the interval is', () => {
  for (const n of [1, 7, 200, 10_000]) {
    for (const p of [0, 0.1, 0.5, 0.93, 1]) {
      const { low, high } = wilson(p, n);
      for (const x of [low, high]) expect((p - x) ** 2).toBeCloseTo((Z * Z * x * (1 - x)) / n, 12);
      expect(low).toBeLessThanOrEqual(p);
      expect(high).toBeGreaterThanOrEqual(p);
    }
  }
});

test('is mirrored by exchanging right and wrong, narrows with n, and never leaves [0, 1]', () => {
  const { low, high } = wilson(0.8, 50);
  expect(wilson(1 - 0.8, 50).low).toBeCloseTo(1 - high, 12);
  const wide = wilson(0.8, 20);
  expect(wide.high - wide.low).toBeGreaterThan(high - low);
  expect(wilson(1, 5).high).toBe(1);
  expect(wilson(0, 5).low).toBe(0);
});
