import { describe, expect, test } from 'vitest';
import { beta, gamma, uniformBetween } from './distributions.js';
import { keyed } from './random.js';

const N = 20_000;
const draws = (draw: () => number) => Array.from({ length: N }, draw);

/** The largest distance between the empirical distribution and the one expected: Kolmogorov and Smirnov. */
function distance(values: readonly number[], distribution: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((value, index) => {
      const expected = distribution(value);
      return Math.max(expected - index / N, (index + 1) / N - expected);
    }),
  );
}

/** 1.95 / √n is exceeded once in a thousand; the keys are fixed, so a test that passes passes always. */
const BOUND = 1.95 / Math.sqrt(N);

describe('gamma', () => {
  test.each([0.2, 0.8, 1, 2.5, 30])('of shape %f has the mean and the variance of its shape', (shape) => {
    const random = keyed(3, 'gamma', Math.round(shape * 10));
    const values = draws(() => gamma(random, shape));
    const mean = values.reduce((sum, value) => sum + value, 0) / N;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / N;
    expect(Math.abs(mean - shape)).toBeLessThan(4 * Math.sqrt(shape / N));
    // The fourth central moment of the gamma distribution is 3·shape² + 6·shape.
    expect(Math.abs(variance - shape)).toBeLessThan(4 * Math.sqrt((2 * shape ** 2 + 6 * shape) / N));
  });

  test('of shape 1 is exponential, of shape 2 the sum of two', () => {
    const random = keyed(4, 'gamma');
    expect(
      distance(
        draws(() => gamma(random, 1)),
        (x) => 1 - Math.exp(-x),
      ),
    ).toBeLessThan(BOUND);
    expect(
      distance(
        draws(() => gamma(random, 2)),
        (x) => 1 - Math.exp(-x) * (1 + x),
      ),
    ).toBeLessThan(BOUND);
  });

  test('refuses a shape that is none', () => {
    for (const shape of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => gamma(keyed(1), shape)).toThrow(RangeError);
    }
  });
});

describe('beta', () => {
  test.each([
    ['(1, 1) is uniform', 1, 1, (x: number) => x],
    ['(½, ½) is the arcsine distribution', 0.5, 0.5, (x: number) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
    ['(2, 2) is a parabola', 2, 2, (x: number) => x * x * (3 - 2 * x)],
    ['(3, 1) is a cube', 3, 1, (x: number) => x ** 3],
  ] as const)('%s', (_, a, b, distribution) => {
    const random = keyed(5, 'beta', Math.round(a * 10), Math.round(b * 10));
    expect(
      distance(
        draws(() => beta(random, a, b)),
        distribution,
      ),
    ).toBeLessThan(BOUND);
  });

  test('of tiny shapes is 0 or 1, each half of the time, and always a number', () => {
    const random = keyed(6, 'beta');
    const values = draws(() => beta(random, 1e-4, 1e-4));
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.abs(values.filter((value) => value > 0.5).length / N - 0.5)).toBeLessThan(0.02);
  });
});

test('a number between two others', () => {
  const random = keyed(7);
  const values = draws(() => uniformBetween(random, -3, 5));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-3);
  expect(Math.max(...values)).toBeLessThan(5);
  expect(distance(values, (x) => (x + 3) / 8)).toBeLessThan(BOUND);
});
