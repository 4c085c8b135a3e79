import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from './random.js';

const take = (n: number, draw: () => number) => Array.from({ length: n }, draw);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('keyed streams', () => {
  test('the same words give the same numbers, and drawing from one stream leaves another alone', () => {
    const first = keyed(17, 3, 1024, 'shift');
    const other = keyed(17, 3, 1025, 'shift');
    other.uint32();
    const second = keyed(17, 3, 1024, 'shift');
    expect(take(9, () => first.uint32())).toEqual(take(9, () => second.uint32()));
  });

  test('words that look alike are different streams', () => {
    const streams = [
      keyed(1, 23),
      keyed(12, 3),
      keyed(1, '23'),
      keyed(1, 23, 0),
      keyed(1, 23, ''),
      keyed(-1, 23),
      keyed(1, 2 ** 32 + 23),
      keyed(1, 'abcdefgh'),
      keyed(1, 'abcdefg', 'h'),
      keyed(1, 'abcdefgh\0'),
    ];
    expect(new Set(streams.map((stream) => stream.uint32())).size).toBe(streams.length);
  });

  test('a fork depends on its words only, not on what was drawn before', () => {
    const parent = keyed(5, 'ingredients');
    parent.uniform();
    expect(parent.fork(3, 'lr').uint32()).toBe(keyed(5, 'ingredients', 3, 'lr').uint32());
  });

  test('a word that is no safe integer is refused in a sentence', () => {
    expect(() => keyed(0.5)).toThrow(/not a safe integer/);
    expect(() => keyed(1, Number.NaN)).toThrow(/not a safe integer/);
    expect(() => keyed(2 ** 53)).toThrow(/not a safe integer/);
  });

  test('nearby keys have no bit in common beyond chance', () => {
    const flipped = take(2000, () => 0).map((_, i) => {
      let difference = keyed(7, i).uint32() ^ keyed(7, i + 1).uint32();
      let bits = 0;
      for (; difference !== 0; difference &= difference - 1) bits++;
      return bits;
    });
    // 2,000 draws of Binomial(32, 1/2): the mean's standard error is sqrt(8 / 2000) = 0.063.
    expect(mean(flipped)).toBeCloseTo(16, 0);
  });
});

describe('distributions', () => {
  test('uniform lies in [0, 1) with mean 1/2 and variance 1/12', () => {
    const random = keyed(1, 'uniform');
    const values = take(20_000, () => random.uniform());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 20_000));
    expect(Math.abs(mean(values.map((v) => (v - 0.5) ** 2)) - 1 / 12)).toBeLessThan(0.003);
  });

  test('normal has the first four moments of the normal distribution', () => {
    const random = keyed(1, 'normal');
    const values = take(40_000, () => random.normal());
    expect(Math.abs(mean(values))).toBeLessThan(5 / Math.sqrt(40_000));
    expect(Math.abs(mean(values.map((v) => v ** 2)) - 1)).toBeLessThan(0.04);
    expect(Math.abs(mean(values.map((v) => v ** 3)))).toBeLessThan(0.1);
    expect(Math.abs(mean(values.map((v) => v ** 4)) - 3)).toBeLessThan(0.2);
  });

  test('integer is unbiased where a remainder or a product would not be', () => {
    // With n = 3·2^30 a plain remainder gives the first quarter of the range twice as often.
    const random = keyed(1, 'integer');
    const n = 3 * 2 ** 30;
    const share = take(30_000, () => random.integer(n)).filter((value) => value < 2 ** 30).length / 30_000;
    expect(Math.abs(share - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / 30_000));
  });

  test('integer stays below its bound, and refuses a bound that is none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.integer(), (n, seed) => {
        const value = keyed(seed).integer(n);
        return Number.isInteger(value) && value >= 0 && value < n;
      }),
    );
    for (const bad of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
      expect(() => keyed(1).integer(bad)).toThrow(RangeError);
    }
  });

  test('permutation holds every number once, and every order of three is equally likely', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer(), (n, seed) => {
        const sorted = [...keyed(seed).permutation(n)].sort((a, b) => a - b);
        return sorted.every((value, index) => value === index) && sorted.length === n;
      }),
    );
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = keyed(seed, 'order').permutation(3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(25.7); // 5 degrees of freedom, p = 0.0001
  });
});
