import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExactSum, exactMeans } from './exact-mean.js';
import { exactMeanByIntegers } from './integer-mean.js';
import { type FloatFormat, floatFormats } from './rounding.js';

function formatOf(dtype: 'f64' | 'f32' | 'f16' | 'bf16'): FloatFormat {
  const format = floatFormats[dtype];
  if (format === null) throw new Error(`${dtype} is no float`);
  return format;
}
const f32 = formatOf('f32');

/** The mean of one element over ingredients. */
function mean(format: FloatFormat, values: readonly number[]): number {
  const sum = new ExactSum(1);
  for (const value of values) sum.add([value]);
  const target = new Float64Array(1);
  expect(exactMeans(format, sum, () => values.map((value) => [value]), target)).toBe(-1);
  return target[0] ?? Number.NaN;
}

/** The mean as a fraction of whole numbers, and the test that nothing of the format lies nearer to it. */
function expectNearest(format: FloatFormat, values: readonly number[], found: number): void {
  const GRID = 1100;
  const whole = (value: number) => {
    let scaled = value;
    let shift = GRID;
    for (; !Number.isInteger(scaled); shift--) scaled *= 2;
    return BigInt(scaled) << BigInt(shift);
  };
  const count = BigInt(values.length);
  const sum = values.reduce((total, value) => total + whole(value), 0n);
  const distance = (value: number) => {
    const difference = whole(value) * count - sum;
    return difference < 0n ? -difference : difference;
  };
  const exponent = found === 0 ? -2000 : Math.floor(Math.log2(Math.abs(found)));
  const step = 2 ** Math.max(exponent - format.precision, format.lowest);
  expect(format.round(found)).toBe(found);
  for (const neighbour of [found - step, found + step, found - 2 * step, found + 2 * step]) {
    if (format.round(neighbour) !== neighbour || !Number.isFinite(neighbour)) continue;
    expect(distance(found) <= distance(neighbour)).toBe(true);
  }
}

const finite = (format: FloatFormat) =>
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(format.round).filter(Number.isFinite);
/** Weights as networks have them: one scale, with some much smaller ones and exact ties among them. */
const weights = fc.oneof(
  fc.float({ min: -1, max: 1, noNaN: true }),
  fc.integer({ min: -(2 ** 24), max: 2 ** 24 }).map((value) => value * 2 ** -24),
  fc.float({ min: Math.fround(-1e-6), max: Math.fround(1e-6), noNaN: true }),
);

describe('the exact mean', () => {
  test.each(['f32', 'f16', 'bf16', 'f64'] as const)('of any finite %s is the nearest number of the format', (dtype) => {
    const format = formatOf(dtype);
    fc.assert(
      fc.property(fc.array(finite(format), { minLength: 1, maxLength: 9 }), (values) => {
        expectNearest(format, values, mean(format, values));
      }),
      { numRuns: 400 },
    );
  });

  test('of weights is the nearest number, ties to even', () => {
    fc.assert(
      fc.property(fc.array(weights, { minLength: 1, maxLength: 9 }), (values) => {
        expectNearest(f32, values, mean(f32, values));
      }),
      { numRuns: 2000 },
    );
    const ulp = 2 ** -23;
    expect(mean(f32, [1, 1 + ulp])).toBe(1); // halfway between an even and an odd last place
    expect(mean(f32, [1 + ulp, 1 + 2 * ulp])).toBe(1 + 2 * ulp);
    expect(mean(f32, [-1, -1 - ulp])).toBe(-1);
  });

  test('of two f32 is what f64 gives, which holds their sum exactly when they are of like size', () => {
    fc.assert(
      fc.property(weights, weights, (a, b) => {
        fc.pre(Math.abs(Math.log2(Math.abs(a) / Math.abs(b))) < 28);
        expect(mean(f32, [a, b])).toBe(Math.fround((a + b) / 2));
      }),
    );
  });

  test('is the same bits in whatever order the ingredients come', () => {
    const wild = fc.oneof(weights, finite(f32));
    fc.assert(
      fc.property(
        fc
          .array(wild, { minLength: 2, maxLength: 8 })
          .chain((values) => fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length }))),
        ([values, shuffled]) => {
          expect(Object.is(mean(f32, values), mean(f32, shuffled))).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('of sums that cancel keeps what f64 would lose', () => {
    expect(mean(f32, [2 ** 100, 2 ** -100, -(2 ** 100), 0])).toBe(2 ** -102);
    expect(mean(f32, [2 ** 100, -(2 ** 100), 2 ** -100, 0])).toBe(2 ** -102);
    expect(mean(f32, [1, 2 ** -60, -1])).toBe(Math.fround(2 ** -60 / 3));
    // Three scales at once: no pair of f64 holds this sum, so the integers take over.
    expect(mean(f32, [2 ** 120, 2 ** 10, 2 ** -140, -(2 ** 120)])).toBe(2 ** 8);
  });

  test('of k equal numbers is that number, bit for bit, for every k up to 1,000', () => {
    fc.assert(
      fc.property(finite(f32), fc.integer({ min: 1, max: 1000 }), (value, k) => {
        expect(Object.is(mean(f32, Array(k).fill(value)), value)).toBe(true);
      }),
    );
    expect(Object.is(mean(f32, [-0, -0, -0]), -0)).toBe(true);
    expect(Object.is(mean(f32, [-0, 0]), 0)).toBe(true);
  });

  test('of the largest numbers does not overflow on the way', () => {
    const largest = (2 - 2 ** -23) * 2 ** 127;
    expect(mean(f32, Array(7).fill(largest))).toBe(largest);
    expect(mean(formatOf('f16'), [65504, 65504, 65504])).toBe(65504);
    expect(mean(formatOf('f64'), [Number.MAX_VALUE, Number.MAX_VALUE])).toBe(Number.MAX_VALUE);
    expect(mean(f32, [2 ** -149, 0])).toBe(0); // a tie between 0 and the smallest number: 0 is even
    expect(mean(f32, [2 ** -149, 2 ** -149, 0])).toBe(2 ** -149);
  });

  test('by pairs of f64 and by integers is the same', () => {
    fc.assert(
      fc.property(fc.array(weights, { minLength: 1, maxLength: 9 }), (values) => {
        const target = new Float64Array(1);
        exactMeanByIntegers(
          f32,
          values.map((value) => [value]),
          target,
        );
        expect(target[0]).toBe(mean(f32, values));
      }),
      { numRuns: 1000 },
    );
  });

  test('says which element is not finite', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const rows = [Float32Array.of(1, 2, 3), Float32Array.of(1, 2, bad)];
      const sum = new ExactSum(3);
      for (const row of rows) sum.add(row);
      expect(exactMeans(f32, sum, () => rows, new Float32Array(3))).toBe(2);
      expect(exactMeanByIntegers(f32, rows, new Float32Array(3))).toBe(2);
    }
  });
});

describe('bf16', () => {
  test('is rounded once, not by way of f32', () => {
    // Just above the midpoint of 1 and 1 + 2^-7, by less than f32 can tell: rounding twice would make it a tie.
    expect(formatOf('bf16').round(1 + 2 ** -8 + 2 ** -40)).toBe(1 + 2 ** -7);
    expect(formatOf('bf16').round(1 + 2 ** -8)).toBe(1);
    expect(formatOf('bf16').round(-(1 + 3 * 2 ** -8))).toBe(-(1 + 2 ** -6));
    expect(formatOf('bf16').round(2 ** -134)).toBe(0);
    expect(formatOf('bf16').round(1.5 * 2 ** -134)).toBe(2 ** -133);
  });
});
