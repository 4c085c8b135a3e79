/** @file The mean in integers of any size: slow, for the rare element whose sum two f64 cannot hold, and for f64. */
import type { FloatFormat } from './rounding.js';

const bits = new DataView(new ArrayBuffer(8));

/** Every finite f64 is a whole multiple of 2^−1074. */
export const GRID = 1074;

/** See `exactMeans`. */
export function exactMeanByIntegers(
  format: FloatFormat,
  ingredients: readonly ArrayLike<number>[],
  target: Float32Array | Float64Array,
): number {
  for (let i = 0; i < target.length; i++) {
    let sum = 0n;
    let negativeZeros = 0;
    for (const ingredient of ingredients) {
      const value = ingredient[i] ?? Number.NaN;
      if (!Number.isFinite(value)) return i;
      if (Object.is(value, -0)) negativeZeros++;
      sum += toGrid(value);
    }
    const zero = negativeZeros === ingredients.length ? -0 : 0;
    target[i] = sum === 0n ? zero : roundQuotient(sum, BigInt(ingredients.length), format);
  }
  return -1;
}

/** A finite number in units of 2^−1074. */
export function toGrid(value: number): bigint {
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xf_ffff_ffff_ffffn;
  const magnitude = exponent === 0 ? fraction : (fraction | (1n << 52n)) << BigInt(exponent - 1);
  return value < 0 ? -magnitude : magnitude;
}

/** The number of the format nearest to sum / count · 2^−1074, ties to even; `count` is positive. */
export function roundQuotient(
  sum: bigint,
  count: bigint,
  { precision, lowest }: Pick<FloatFormat, 'precision' | 'lowest'>,
): number {
  const magnitude = sum < 0n ? -sum : sum;
  // The unit of the last place: the format's precision below the leading bit, and never below the format's grid.
  const leading = bitLength(magnitude / count);
  const unit = Math.max(leading - precision, lowest + GRID, 0);
  const divisor = count << BigInt(unit);
  let quotient = magnitude / divisor;
  const twice = 2n * (magnitude - quotient * divisor);
  if (twice > divisor || (twice === divisor && (quotient & 1n) === 1n)) quotient++;
  const value = fromGrid(quotient << BigInt(unit));
  return sum < 0n ? -value : value;
}

/** The f64 of a non-negative whole multiple of 2^−1074 of which at most 53 bits are significant. */
function fromGrid(magnitude: bigint): number {
  const excess = bitLength(magnitude) - 53;
  const exponent = BigInt(Math.max(0, excess + 1)) << 52n;
  const fraction = excess < 0 ? magnitude : (magnitude >> BigInt(excess)) & 0xf_ffff_ffff_ffffn;
  bits.setBigUint64(0, exponent | fraction);
  return bits.getFloat64(0);
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}
