/**
 * @file The mean of a few floating-point numbers, correctly rounded: the number of the output format nearest to the true
 * mean, ties to even. There is one such number, so the result cannot depend on the order of the ingredients, on chunks or
 * on threads.
 *
 * The sum is kept as an unevaluated pair high + low by Knuth's TwoSum, which loses nothing; a sum that the pair cannot
 * hold (terms of one element more than about 2^79 apart) raises `inexact`, and the element is computed again in integers.
 */
import { exactMeanByIntegers } from './integer-mean.js';
import type { FloatFormat } from './rounding.js';

/** Relative distance from a rounding boundary within which f64 arithmetic may fall on the wrong side of it. */
export const NEAR = 2 ** -50;

/** Running sums of some consecutive elements over ingredients. */
export class ExactSum {
  readonly high: Float64Array;
  readonly low: Float64Array;
  count = 0;
  /** True when a sum did not fit the pair. It stays true: such sums are computed in integers. */
  inexact = false;

  constructor(readonly length: number) {
    this.high = new Float64Array(length);
    this.low = new Float64Array(length);
  }

  /** Adds one ingredient's elements. */
  add(values: ArrayLike<number>): void {
    this.count++;
    const { high, low, length } = this;
    if (this.count === 1) {
      // Not 0 + value: that would turn the sum of negative zeros into a positive one.
      high.set(values);
      return;
    }
    for (let i = 0; i < length; i++) {
      const a = high[i] as number;
      const x = values[i] as number;
      const sum = a + x;
      const back = sum - a;
      const error = a - (sum - back) + (x - back);
      high[i] = sum;
      if (error !== 0) {
        const before = low[i] as number;
        const lowSum = before + error;
        const lowBack = lowSum - before;
        if (before - (lowSum - lowBack) + (error - lowBack) !== 0) this.inexact = true;
        low[i] = lowSum;
      }
    }
  }

  /** The sums so far as a new object, to which another ingredient may be added without changing this one. */
  clone(): ExactSum {
    const copy = new ExactSum(this.length);
    copy.high.set(this.high);
    copy.low.set(this.low);
    copy.count = this.count;
    copy.inexact = this.inexact;
    return copy;
  }

  reset(): void {
    this.low.fill(0);
    this.count = 0;
    this.inexact = false;
  }

  /**
   * Writes the correctly rounded means, as numbers of the format.
   *
   * @returns the first element whose sum is NaN or infinite, or −1
   */
  mean(format: FloatFormat, target: Float32Array | Float64Array): number {
    const { high, low, count, length } = this;
    const { round } = format;
    for (let i = 0; i < length; i++) {
      const sum = high[i] as number;
      const rest = low[i] as number;
      const quotient = (rest === 0 ? sum : sum + rest) / count;
      const below = round(quotient * (1 - NEAR));
      const above = round(quotient * (1 + NEAR));
      // Not `below === above`: infinities are equal, but their difference is NaN.
      if (below - above === 0) target[i] = round(quotient);
      else if (!Number.isFinite(quotient)) return i;
      else target[i] = decide(sum, rest, count, below, above, round);
    }
    return -1;
  }
}

/**
 * Which of two neighbours of the format the mean of an exact sum rounds to. The midpoint has at most 26 significant bits,
 * so its product with the count is exact, and so is the difference of two f64 within a factor of two of each other.
 */
export function decide(
  sum: number,
  rest: number,
  count: number,
  below: number,
  above: number,
  round: FloatFormat['round'],
): number {
  const midpoint = below / 2 + above / 2;
  const high = sum + rest;
  const back = high - sum;
  const low = sum - (high - back) + (rest - back);
  const side = high - midpoint * count + low;
  if (side === 0) return round(midpoint);
  return side > 0 === above > below ? above : below;
}

/**
 * Means of the elements of several ingredients, each correctly rounded.
 *
 * @param ingredients equally long, as numbers, not as stored bits; at least one
 * @param sum the sums of exactly these ingredients
 * @returns the first element that is NaN or infinite in some ingredient, or −1
 */
export function exactMeans(
  format: FloatFormat,
  sum: ExactSum,
  ingredients: () => readonly ArrayLike<number>[],
  target: Float32Array | Float64Array,
): number {
  // f64 has no wider format to divide in, so nothing less than integers rounds it correctly.
  if (!sum.inexact && format.precision < 53) return sum.mean(format, target);
  return exactMeanByIntegers(format, ingredients(), target);
}
