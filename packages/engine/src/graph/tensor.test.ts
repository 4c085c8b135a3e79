import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bf16ToNumber, f16ToNumber, numbersOf, numberToBf16, numberToF16, tensor, tensorOf } from './tensor.js';

describe('half precision', () => {
  test('every f16 survives the way to a number and back', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = f16ToNumber(bits);
      if (!Number.isNaN(value)) expect(numberToF16(value)).toBe(bits);
    }
  });

  test('every bf16 survives the way to a number and back', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = bf16ToNumber(bits);
      if (!Number.isNaN(value)) expect(numberToBf16(value)).toBe(bits);
    }
  });

  test('numbers round to the nearest f16, ties to even', () => {
    expect(f16ToNumber(numberToF16(1 + 2 ** -11))).toBe(1);
    expect(f16ToNumber(numberToF16(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(f16ToNumber(numberToF16(65519))).toBe(65504);
    expect(f16ToNumber(numberToF16(65520))).toBe(Number.POSITIVE_INFINITY);
    expect(f16ToNumber(numberToF16(2 ** -25))).toBe(0);
    expect(numberToF16(Number.NaN)).toBe(0x7e00);
    fc.assert(
      fc.property(fc.double({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const rounded = numberToF16(value);
        const error = Math.abs(f16ToNumber(rounded) - value);
        for (const neighbour of [rounded - 1, rounded + 1]) {
          const other = f16ToNumber(neighbour & 0xffff);
          if (Number.isFinite(other)) expect(error).toBeLessThanOrEqual(Math.abs(other - value));
        }
      }),
    );
  });

  test('numbers round to the nearest bf16, ties to even', () => {
    expect(bf16ToNumber(numberToBf16(1 + 2 ** -8))).toBe(1);
    expect(bf16ToNumber(numberToBf16(1 + 3 * 2 ** -8))).toBe(1 + 2 ** -6);
    expect(numberToBf16(Number.NaN)).toBe(0x7fc0);
  });
});

test('a tensor takes numbers in its dtype', () => {
  expect(tensorOf('i64', [3], [1.9, -1.9, 0]).data).toEqual(BigInt64Array.of(1n, -1n, 0n));
  expect(tensorOf('bool', [3], [0, 5, -1]).data).toEqual(Uint8Array.of(0, 1, 1));
  expect([...numbersOf(tensorOf('f16', [2], [0.5, -2]))]).toEqual([0.5, -2]);
});

test('a tensor must have as many elements as its shape says', () => {
  expect(() => tensor('f32', [2, 2], new Float32Array(3))).toThrow(
    'of shape [2, 2] needs 4 elements, but 3 were given',
  );
});
