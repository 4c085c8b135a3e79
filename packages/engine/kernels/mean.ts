/**
 * @file The fast part of the exact mean, in AssemblyScript (compiled by `npm run kernels`): means of f32 whose f64 sum is
 * exact, which is nearly all of them. What it cannot prove right it reports, and `exact-mean.ts` computes that again.
 */

/** Elements that are judged together: small enough that one tiny weight spoils little. */
const BLOCK: i32 = 512;

/** f32: the sign cleared; infinity; and the bits of an f64 below the last place of an f32, of which a tie has the highest. */
const MAGNITUDE: i32 = 0x7fffffff;
const INFINITE: u32 = 0x7f800000;
const BELOW: i64 = 0x1fffffff;
const TIE: i64 = 0x10000000;
/** The smallest normal f32. Below it, places are wider than BELOW and TIE know. */
const SMALLEST_NORMAL: f64 = 1.1754943508222875e-38;

/**
 * Means over rows of f32. Block b is 512 elements; `doubtful[b]` becomes 1 where its means are not proved to be the
 * correctly rounded ones, else 0.
 *
 * @param rows address of the first row; aligned to 16 bytes, as are the others
 * @param stride bytes from a row to the next
 * @param count rows; 1 … 2^27
 * @param elements of each row; a multiple of 4
 */
export function means(rows: usize, stride: usize, count: i32, elements: i32, out: usize, doubtful: usize): void {
  const divisor = f64x2.splat(<f64>count);
  const powerOfTwo = (count & (count - 1)) === 0;
  // Exact: count · 2^(high + 1) ≤ 2^53 · 2^(low − 23), with the exponents of the largest and the smallest magnitude.
  const spread = 29 - (count === 1 ? 0 : 32 - clz(count - 1));
  const end = rows + stride * count;
  const sign = i32x4.splat(MAGNITUDE);
  const one = i32x4.splat(1);
  for (let start = 0; start < elements; start += BLOCK) {
    const stop = min(start + BLOCK, elements);
    let largest = i32x4.splat(0);
    let smallest = i32x4.splat(-1);
    let doubt = i32x4.splat(0);
    for (let i = start; i < stop; i += 4) {
      let row = rows + ((<usize>i) << 2);
      let x = v128.load(row);
      let magnitude = v128.and(x, sign);
      largest = i32x4.max_u(largest, magnitude);
      // Zeros become the largest u32: they take no part.
      smallest = i32x4.min_u(smallest, i32x4.sub(magnitude, one));
      let first = f64x2.promote_low_f32x4(x);
      let second = f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1));
      for (row += stride; row < end; row += stride) {
        x = v128.load(row);
        magnitude = v128.and(x, sign);
        largest = i32x4.max_u(largest, magnitude);
        smallest = i32x4.min_u(smallest, i32x4.sub(magnitude, one));
        first = f64x2.add(first, f64x2.promote_low_f32x4(x));
        second = f64x2.add(second, f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1)));
      }
      const left = f64x2.div(first, divisor);
      const right = f64x2.div(second, divisor);
      if (!powerOfTwo) {
        doubt = v128.or(doubt, unsure(first, left, divisor));
        doubt = v128.or(doubt, unsure(second, right, divisor));
      }
      const low = f32x4.demote_f64x2_zero(left);
      const high = f32x4.demote_f64x2_zero(right);
      v128.store(out + ((<usize>i) << 2), i64x2.shuffle(low, high, 0, 2));
    }
    const high = horizontalMax(largest);
    const low = horizontalMin(smallest);
    const exact = high < INFINITE && (low === u32.MAX_VALUE || exponent(high) - exponent(low + 1) <= spread);
    store<u8>(doubtful + start / BLOCK, exact && !v128.any_true(doubt) ? 0 : 1);
  }
}

/**
 * Adds a row of f32 to running sums, and gives the means of what they then hold. `verdicts[b]` becomes 0 where both are
 * right, 1 where only the means are in doubt, 2 where a sum is no f64 (or was none before: such sums are kept as NaN).
 *
 * @param sums f64; replaced by the new sums
 * @param count rows in the new sums; 1 … 2^27
 * @param elements a multiple of 4
 */
export function extend(sums: usize, row: usize, count: i32, elements: i32, out: usize, verdicts: usize): void {
  const divisor = f64x2.splat(<f64>count);
  const powerOfTwo = (count & (count - 1)) === 0;
  for (let start = 0; start < elements; start += BLOCK) {
    const stop = min(start + BLOCK, elements);
    let doubt = i32x4.splat(0);
    let lost = i32x4.splat(0);
    for (let i = start; i < stop; i += 4) {
      const x = v128.load(row + ((<usize>i) << 2));
      const place = sums + ((<usize>i) << 3);
      const a = f64x2.promote_low_f32x4(x);
      const b = f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1));
      const first = v128.load(place);
      const second = v128.load(place, 16);
      const firstSum = f64x2.add(first, a);
      const secondSum = f64x2.add(second, b);
      lost = v128.or(lost, inexact(first, a, firstSum));
      lost = v128.or(lost, inexact(second, b, secondSum));
      v128.store(place, firstSum);
      v128.store(place, secondSum, 16);
      const left = f64x2.div(firstSum, divisor);
      const right = f64x2.div(secondSum, divisor);
      if (!powerOfTwo) {
        doubt = v128.or(doubt, unsure(firstSum, left, divisor));
        doubt = v128.or(doubt, unsure(secondSum, right, divisor));
      }
      const low = f32x4.demote_f64x2_zero(left);
      const high = f32x4.demote_f64x2_zero(right);
      v128.store(out + ((<usize>i) << 2), i64x2.shuffle(low, high, 0, 2));
    }
    store<u8>(verdicts + start / BLOCK, v128.any_true(lost) ? 2 : v128.any_true(doubt) ? 1 : 0);
  }
}

/**
 * Linear combinations of rows of f32, in plain f64. Byte i of `doubts` says of which of the elements 4i … 4i + 3 the
 * result is not proved to be the correctly rounded one: coefficients such as 0.3 and 0.7 put one element in ten beside a tie.
 *
 * @param weights an f64 for each row
 * @param divisor above 0, within 2^-53 of the true one
 * @param margin what sums may be wrong by, as a share of the sum of their magnitudes, divided by the divisor
 * @param elements a multiple of 4
 * @returns whether there is any doubt
 */
export function combine(
  rows: usize,
  stride: usize,
  count: i32,
  weights: usize,
  divisor: f64,
  margin: f64,
  elements: i32,
  out: usize,
  doubts: usize,
): bool {
  const end = weights + ((<usize>count) << 3);
  let any = 0;
  for (let i = 0; i < elements; i += 4) {
    // Not 0, to which a sum of negative zeros would not be negative.
    let left = f64x2.splat(-0.0);
    let right = f64x2.splat(-0.0);
    let leftSize = f64x2.splat(0);
    let rightSize = f64x2.splat(0);
    let row = rows + ((<usize>i) << 2);
    for (let place = weights; place < end; place += 8, row += stride) {
      const x = v128.load(row);
      const weight = v128.load64_splat(place);
      const a = f64x2.mul(weight, f64x2.promote_low_f32x4(x));
      const b = f64x2.mul(weight, f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1)));
      left = f64x2.add(left, a);
      right = f64x2.add(right, b);
      leftSize = f64x2.add(leftSize, f64x2.abs(a));
      rightSize = f64x2.add(rightSize, f64x2.abs(b));
    }
    left = f64x2.div(left, f64x2.splat(divisor));
    right = f64x2.div(right, f64x2.splat(divisor));
    const leftAway = awayOf(left, leftSize, margin);
    const rightAway = awayOf(right, rightSize, margin);
    const below = demoted(f64x2.sub(left, leftAway), f64x2.sub(right, rightAway));
    const above = demoted(f64x2.add(left, leftAway), f64x2.add(right, rightAway));
    // NaN is unequal to itself, and infinity not below itself.
    const open = v128.or(f32x4.ne(below, above), f32x4.ge(f32x4.abs(above), f32x4.splat(f32.MAX_VALUE)));
    // A sum of zeros has the right sign; one whose terms cancelled, or that is next to nothing, need not have.
    const zero = f64x2.splat(0);
    const some = i32x4.shuffle(f64x2.ne(leftSize, zero), f64x2.ne(rightSize, zero), 0, 2, 4, 6);
    const cancelled = v128.and(f32x4.eq(above, f32x4.splat(0)), some);
    const doubt = i32x4.bitmask(v128.or(open, cancelled));
    any |= doubt;
    store<u8>(doubts + (<usize>i >>> 2), <u8>doubt);
    v128.store(out + ((<usize>i) << 2), demoted(left, right));
  }
  return any !== 0;
}

/** How far the true quotient may be: by the rounding of the quotient and of the divisor, and by what the sum lost. */
function awayOf(quotient: v128, size: v128, margin: f64): v128 {
  return f64x2.add(
    f64x2.mul(f64x2.abs(quotient), f64x2.splat(8.881784197001252e-16)),
    f64x2.mul(size, f64x2.splat(margin)),
  );
}

function demoted(low: v128, high: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** What a sum lost (Knuth's TwoSum). */
function lostIn(a: v128, b: v128, sum: v128): v128 {
  const back = f64x2.sub(sum, a);
  return f64x2.add(f64x2.sub(a, f64x2.sub(sum, back)), f64x2.sub(b, back));
}

/** Lanes whose sum lost something (Knuth's TwoSum); NaN and infinity count as lost. */
function inexact(a: v128, b: v128, sum: v128): v128 {
  return f64x2.ne(lostIn(a, b, sum), f64x2.splat(0));
}

/** Lanes whose quotient fell on a tie of f32 that the true quotient is not on, or among the subnormals. */
function unsure(sum: v128, quotient: v128, divisor: v128): v128 {
  const tie = i64x2.eq(v128.and(quotient, i64x2.splat(BELOW)), i64x2.splat(TIE));
  // A tie has 25 bits and the divisor 28: their product is exact.
  const off = f64x2.ne(f64x2.mul(quotient, divisor), sum);
  const size = f64x2.abs(quotient);
  const small = v128.and(f64x2.lt(size, f64x2.splat(SMALLEST_NORMAL)), f64x2.ne(size, f64x2.splat(0)));
  return v128.or(v128.and(tie, off), small);
}

/** The biased exponent of an f32; that of a subnormal is that of the smallest normal, whose places it has. */
function exponent(bits: u32): i32 {
  return max(<i32>(bits >>> 23), 1);
}

function horizontalMax(lanes: v128): u32 {
  return max(
    max(i32x4.extract_lane(lanes, 0) as u32, i32x4.extract_lane(lanes, 1) as u32),
    max(i32x4.extract_lane(lanes, 2) as u32, i32x4.extract_lane(lanes, 3) as u32),
  );
}

function horizontalMin(lanes: v128): u32 {
  return min(
    min(i32x4.extract_lane(lanes, 0) as u32, i32x4.extract_lane(lanes, 1) as u32),
    min(i32x4.extract_lane(lanes, 2) as u32, i32x4.extract_lane(lanes, 3) as u32),
  );
}
