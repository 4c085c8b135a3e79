import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinearCombination, weightsOf } from './linear-combination.js';
import { type FloatFormat, floatFormats } from './rounding.js';

type FloatName = 'f64' | 'f32' | 'f16' | 'bf16';
const SHIFT = 2200;

function formatOf(dtype: FloatName): FloatFormat {
  const format = floatFormats[dtype];
  if (format === null) throw new Error(`${dtype} is no float`);
  return format;
}

/** A finite number in units of 2^-SHIFT, by doubling until it is whole: no bit of the code under test. */
function whole(value: number): bigint {
  let scaled = value;
  let shift = SHIFT;
  for (; !Number.isInteger(scaled); shift--) scaled *= 2;
  return BigInt(scaled) << BigInt(shift);
}

/** True when nothing of the format lies nearer to Σ w·x / divisor than the number that was found. */
function nearest(
  format: FloatFormat,
  found: number,
  weights: readonly number[],
  values: readonly number[],
  mean: boolean,
) {
  const sum = values.reduce((total, value, index) => total + whole(value) * whole(weights[index] ?? 0), 0n);
  const divisor = mean ? weights.reduce((total, weight) => total + whole(weight), 0n) : 1n << BigInt(SHIFT);
  const distance = (value: number) => {
    const difference = whole(value) * divisor - sum;
    return difference < 0n ? -difference : difference;
  };
  const exponent = found === 0 ? -2000 : Math.floor(Math.log2(Math.abs(found)));
  const step = 2 ** Math.max(exponent - format.precision, format.lowest);
  const neighbours = [found - step, found + step, found - 2 * step, found + 2 * step].filter(
    (value) => Number.isFinite(value) && format.round(value) === value,
  );
  return format.round(found) === found && neighbours.every((value) => distance(found) <= distance(value));
}

const weight = fc.oneof(
  fc.double({ min: -3, max: 3, noNaN: true }).filter((value) => Math.abs(value) > 2 ** -90),
  fc.constantFrom(0.5, 0.25, 0.75, 1, -1, 1 / 3, 2, 0.1),
);
const values = (format: FloatFormat) =>
  fc
    .oneof(
      fc.double({ min: -2, max: 2, noNaN: true }),
      fc.integer({ min: -64, max: 64 }).map((value) => 1 + value * 2 ** -23),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }),
      fc.constantFrom(0, -0, 2 ** -149, 3 * 2 ** -149, 2 ** -24),
    )
    .map(format.round)
    .filter(Number.isFinite);

describe('a linear combination', () => {
  test.each(['f32', 'f16', 'bf16', 'f64'] as const)('of %s is the nearest number to the true one', (dtype) => {
    const format = formatOf(dtype);
    const terms = fc.array(fc.tuple(weight, values(format)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(terms, fc.boolean(), (pairs, mean) => {
        const [weights, numbers] = [pairs.map(([w]) => w), pairs.map(([, value]) => value)];
        fc.pre(!mean || weights.reduce((sum, w) => sum + whole(w), 0n) !== 0n);
        const target = dtype === 'f64' ? new Float64Array(1) : new Float32Array(1);
        const combination = new LinearCombination(format, { weights, divisor: mean ? 'sum' : 1 });
        const bad = combination.combine(
          numbers.map((value) => [value]),
          target,
        );
        // Too large for the type: then the true value is beyond its largest number, too.
        if (bad === 0) return;
        expect(nearest(format, target[0] ?? Number.NaN, weights, numbers, mean)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  test('is not taken for a tie where the weights add up to 1 but for less than an f64 can say', () => {
    const tiny = -8.077935669463163e-28;
    const combination = new LinearCombination(formatOf('f32'), { weights: [-1, tiny, 2], divisor: 'sum' });
    const target = new Float32Array(1);
    combination.combine([[2 ** -24], [2 ** -149], [1]], target);
    // 2 − 2^-24 is half way between two numbers, and the quotient lies above it.
    expect(target[0]).toBe(2);
  });

  test('is refused where it lies half a place above the largest number, and is that number just below', () => {
    const [largest, half] = [(2 - 2 ** -23) * 2 ** 127, 2 ** 103];
    const found = (rest: number) => {
      const target = new Float32Array(1);
      const combination = new LinearCombination(formatOf('f32'), { weights: [0.125, 1, -1], divisor: 'sum' });
      return combination.combine([[largest], [rest], [-half / 8]], target) === 0 ? 'refused' : target[0];
    };
    // The quotient is largest + half + 8 · rest; on the tie, the even number would be the one that there is not.
    expect([found(2 ** -148), found(0), found(-(2 ** -148))]).toEqual(['refused', 'refused', largest]);
  });

  test('of many elements is that of each of them', () => {
    const format = formatOf('f32');
    const row = fc.array(values(format), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(row, row, row, (a, b, c) => {
        const combination = new LinearCombination(format, { weights: [0.3, -1.7, 2.9], divisor: 1 });
        const together = new Float32Array(9);
        if (combination.combine([a, b, c], together) >= 0) return;
        for (const [i, value] of together.entries()) {
          const alone = new Float32Array(1);
          combination.combine([[a[i] ?? 0], [b[i] ?? 0], [c[i] ?? 0]], alone);
          expect(Object.is(alone[0], value)).toBe(true);
        }
      }),
    );
  });

  test('takes ties to even, and what cancels out as nothing', () => {
    const one = (weights: readonly number[], numbers: readonly number[]) => {
      const target = new Float32Array(1);
      new LinearCombination(formatOf('f32'), { weights, divisor: 1 }).combine(
        numbers.map((value) => [value]),
        target,
      );
      return target[0];
    };
    const ulp = 2 ** -23;
    expect(one([0.25, 0.75], [1, 1 + 2 * ulp])).toBe(1 + 2 * ulp); // 1.5 places: the even one is above
    expect(one([0.75, 0.25], [1, 1 + 2 * ulp])).toBe(1); // half a place
    expect(one([0.3, -0.3], [7, 7])).toBe(0);
    expect(one([1, 1, -1], [1e30, 1e-30, 1e30])).toBe(Math.fround(1e-30));
    expect(Object.is(one([0.5, 2], [-0, -0]), -0)).toBe(true);
  });

  test('takes each of the many ties of small whole weights to even', () => {
    // Numbers in [1, 2) are whole in units of 2^-23; so is their rounded mean, which integers of this size give exactly.
    const member = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2 ** 23, max: 2 ** 24 - 1 }));
    let ties = 0;
    fc.assert(
      fc.property(fc.array(member, { minLength: 2, maxLength: 8 }), (members) => {
        const weights = members.map(([w]) => w);
        const total = weights.reduce((sum, w) => sum + w, 0);
        const sum = members.reduce((all, [w, number]) => all + w * number, 0);
        const [floor, rest] = [Math.floor(sum / total), sum % total];
        if (2 * rest === total) ties++;
        const up = 2 * rest > total || (2 * rest === total && floor % 2 === 1);
        const target = new Float32Array(1);
        new LinearCombination(formatOf('f32'), { weights, divisor: 'sum' }).combine(
          members.map(([, number]) => [number * 2 ** -23]),
          target,
        );
        expect((target[0] ?? 0) * 2 ** 23).toBe(up ? floor + 1 : floor);
      }),
      { numRuns: 4000 },
    );
    expect(ties).toBeGreaterThan(50);
  });

  test('of equal shares is known to be a mean, whatever they are', () => {
    expect(weightsOf({ members: [0.1, 0.1, 0.1], base: 0, divisor: 'sum' })).toMatchObject({ uniform: true });
    expect(weightsOf({ members: [0.5], base: 0.5, divisor: 1 })).toMatchObject({ uniform: true, rows: [0, 1] });
    expect(weightsOf({ members: [0.1, 0.1, 0.1], base: 0, divisor: 1 })).toMatchObject({ uniform: false });
    expect(weightsOf({ members: [0, 1, 0], base: 0, divisor: 1 })).toMatchObject({ uniform: true, rows: [1] });
  });

  test.each([
    [[0, 0], 1 as const, /All coefficients are 0/],
    [[1, -1], 'sum' as const, /add up to 0/],
    [[Number.NaN], 1 as const, /A coefficient is NaN/],
    [[2 ** 101], 1 as const, /between 2\^-100 and 2\^100/],
  ])('of %s by %s is refused', (members, divisor, message) => {
    expect(() => weightsOf({ members, base: 0, divisor })).toThrow(message);
  });
});
