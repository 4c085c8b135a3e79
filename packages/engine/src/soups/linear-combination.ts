/**
 * @file Linear combinations of weights, correctly rounded: the number of the output format nearest to
 * Σ weight · x / divisor, with the weights as the f64 that they are. As with the exact mean there is one such number,
 * so order, chunks and threads cannot matter.
 *
 * Sums are pairs of f64 built without loss (Dekker's product, Knuth's TwoSum); an element that they cannot decide is
 * computed again in integers.
 */
import { SoupError } from './errors.js';
import { decide, NEAR } from './exact-mean.js';
import { GRID, roundQuotient, toGrid } from './integer-mean.js';
import type { LinearShares } from './mixing.js';
import type { FloatFormat } from './rounding.js';

const SMALLEST = 2 ** -100;
const LARGEST = 2 ** 100;
/** Veltkamp's factor, which parts an f64 into two halves of at most 26 bits. */
const SPLIT = 2 ** 27 + 1;

/** Shares of rows as a combination is computed: rows without a share are left out. */
export interface Weights {
  /** Places of the rows that have a share, and their shares; the stock is the row after the last ingredient. */
  readonly rows: readonly number[];
  readonly weights: readonly number[];
  readonly divisor: 1 | 'sum';
  /** True when the combination is the mean of its rows. */
  readonly uniform: boolean;
}

/** Brings shares into the form in which they are computed. Throws SoupError for shares that say nothing. */
export function weightsOf({ members, base, divisor }: LinearShares): Weights {
  const rows = [...members, base].flatMap((share, row) => (share === 0 ? [] : [row]));
  const weights = [...members, base].filter((share) => share !== 0);
  const [first = 0] = weights;
  const strange = weights.find((weight) => !(Math.abs(weight) >= SMALLEST && Math.abs(weight) <= LARGEST));
  if (strange !== undefined) {
    throw new SoupError(
      `A coefficient is ${strange}; coefficients lie between 2^-100 and 2^100 in size, or are 0.`,
      'Give ordinary numbers: the coefficients of a soup are of the size of 1.',
    );
  }
  if (first === 0) throw new SoupError('All coefficients are 0.', 'Give at least one ingredient a coefficient.');
  const equal = weights.every((weight) => weight === first);
  if (equal && (divisor === 'sum' || first * weights.length === 1)) {
    return { rows, weights: weights.map(() => 1), divisor: 'sum', uniform: true };
  }
  if (divisor === 1) return { rows, weights, divisor, uniform: false };
  const sum = weights.reduce((total, weight) => total + toGrid(weight), 0n);
  if (sum === 0n) {
    throw new SoupError(
      'The coefficients add up to 0, so they cannot be divided by their sum.',
      'Give others, or take them as they are.',
    );
  }
  return { rows, weights, divisor, uniform: false };
}

/** Combines rows chunk by chunk. */
export class LinearCombination {
  readonly #format: FloatFormat;
  readonly #weights: readonly number[];
  /** What the sum is divided by, above 0: the nearest f64, and below in units of 2^-1074. */
  readonly divisor: number;
  readonly #wholeDivisor: bigint;
  /** What the f64 leaves of it. */
  readonly #divisorRest: number;
  #high = new Float64Array(0);
  #low = new Float64Array(0);
  #size = new Float64Array(0);

  constructor(format: FloatFormat, { weights, divisor }: Pick<Weights, 'weights' | 'divisor'>) {
    this.#format = format;
    const whole = divisor === 1 ? 1n << BigInt(GRID) : weights.reduce((total, weight) => total + toGrid(weight), 0n);
    // Divided by a positive number always: else what cancels out would be a negative zero.
    this.#weights = whole < 0n ? weights.map((weight) => -weight) : weights;
    this.#wholeDivisor = whole < 0n ? -whole : whole;
    this.divisor = divisor === 1 ? 1 : roundToDouble(this.#wholeDivisor);
    this.#divisorRest = roundToDouble(this.#wholeDivisor - toGrid(this.divisor));
  }

  /** A weight for each row, of the sign that the divisor is positive with. */
  get weights(): readonly number[] {
    return this.#weights;
  }

  /**
   * Writes the combination of equally long rows, one a weight.
   *
   * @returns the first element whose combination is no finite number of the format, or −1
   */
  combine(rows: readonly ArrayLike<number>[], target: Float32Array | Float64Array): number {
    // Products of two f64 do not fit the halves: nothing less than integers rounds them correctly.
    if (this.#format.precision === 53) return this.#byIntegers(rows, target);
    const lost = this.#sum(rows, target.length);
    const { round } = this.#format;
    const [high, low, size, divisor] = [this.#high, this.#low, this.#size, this.divisor];
    const slack = 2 ** -100 * rows.length * rows.length;
    // Not `divisor === 1` alone: a sum of weights may miss 1 by less than an f64 can say.
    const exactly1 = divisor === 1 && this.#divisorRest === 0;
    const doubt = lost ? slack : 0;
    for (let i = 0; i < target.length; i++) {
      const sum = high[i] as number;
      const rest = low[i] as number;
      const quotient = (rest === 0 ? sum : sum + rest) / divisor;
      const margin = Math.abs(quotient) * NEAR + Math.abs(((size[i] as number) * doubt) / divisor);
      const below = round(quotient - margin);
      const above = round(quotient + margin);
      if (below - above === 0) target[i] = round(quotient);
      else if (!Number.isFinite(quotient)) return i;
      else if (!lost && exactly1 && Number.isFinite(below) && Number.isFinite(above))
        target[i] = decide(sum, rest, 1, below, above, round);
      else {
        const wrongBy = lost ? (size[i] as number) * slack : 0;
        target[i] = this.#nearTie(sum, rest, below, above, wrongBy) ?? this.#one(rows, i);
      }
      if (!Number.isFinite(target[i] as number)) return i;
    }
    return -1;
  }

  /**
   * Which of two neighbours a quotient beside their midpoint rounds to, by the sign of sum − midpoint · divisor; undefined
   * where that is too near 0 to tell. Coefficients such as 0.7 and 0.3 bring many elements beside a tie.
   *
   * @param slack what the sum may be wrong by; 0 where it is exact
   */
  #nearTie(high: number, low: number, below: number, above: number, slack: number): number | undefined {
    const midpoint = below / 2 + above / 2;
    // Beyond the largest number lies infinity, which is no neighbour.
    if (!Number.isFinite(midpoint)) return undefined;
    // More numbers between the two: their midpoint is no boundary.
    const nearest = this.#format.round(midpoint);
    if (nearest !== below && nearest !== above) return undefined;
    const { upper, lower } = halves(this.divisor);
    // What cancelled may have left a rest as large as the sum: parted again, it is half of the sum's last place at most.
    const sum = high + low;
    const back = sum - high;
    const rest = high - (sum - back) + (low - back);
    // Exact: a midpoint has at most 25 bits, and what is subtracted from the sum lies within a factor of two of it.
    const first = sum - midpoint * upper;
    const side = first + (rest - midpoint * lower - midpoint * this.#divisorRest);
    // One exact number added to another has the right sign, and is 0 only if they cancel. Coefficients that are small
    // integers bring one element in their sum upon a tie: 1, 2, …, 8 one in 36.
    const exact = slack === 0 && this.#divisorRest === 0 && (rest === 0 || lower === 0);
    // The midpoint was rounded to the even one of its neighbours.
    if (exact && side === 0) return nearest;
    if (!exact && !(Math.abs(side) > slack + Math.abs(sum) * 2 ** -75)) return undefined;
    return side > 0 === above > below ? above : below;
  }

  /** Fills #high, #low and #size; true when the pairs lost something. */
  #sum(rows: readonly ArrayLike<number>[], length: number): boolean {
    if (this.#high.length < length) {
      this.#high = new Float64Array(length);
      this.#low = new Float64Array(length);
      this.#size = new Float64Array(length);
    }
    let lost = false;
    for (const [index, row] of rows.entries()) {
      const add = index === 0 ? begin : accumulate;
      lost = add(this.#weights[index] ?? 0, row, length, this.#high, this.#low, this.#size) || lost;
    }
    return lost;
  }

  #byIntegers(rows: readonly ArrayLike<number>[], target: Float32Array | Float64Array): number {
    for (let i = 0; i < target.length; i++) {
      if (rows.some((row) => !Number.isFinite(row[i]))) return i;
      target[i] = this.#one(rows, i);
      if (!Number.isFinite(target[i] as number)) return i;
    }
    return -1;
  }

  #one(rows: readonly ArrayLike<number>[], element: number): number {
    let sum = 0n;
    let negativeZeros = 0;
    for (const [index, row] of rows.entries()) {
      const [weight, value] = [this.#weights[index] ?? 0, row[element] ?? Number.NaN];
      if (value === 0 && Object.is(weight * value, -0)) negativeZeros++;
      // Units of 2^-2148, of which the divisor takes half away.
      sum += toGrid(weight) * toGrid(value);
    }
    if (sum === 0n) return negativeZeros === rows.length ? -0 : 0;
    // Rounded once more for the one thing that integers do not know: what lies beyond the largest number is infinite.
    return this.#format.round(roundQuotient(sum, this.#wholeDivisor, this.#format));
  }
}

/** The first row. Not added to 0, which would turn a sum of negative zeros into a positive one. */
function begin(
  weight: number,
  row: ArrayLike<number>,
  length: number,
  high: Float64Array,
  low: Float64Array,
  size: Float64Array,
): boolean {
  const { upper, lower } = halves(weight);
  for (let i = 0; i < length; i++) {
    const x = row[i] as number;
    const a = upper * x;
    const b = lower * x;
    const sum = b === 0 ? a : a + b;
    high[i] = sum;
    low[i] = b === 0 ? 0 : b - (sum - a);
    size[i] = Math.abs(sum);
  }
  return false;
}

function accumulate(
  weight: number,
  row: ArrayLike<number>,
  length: number,
  high: Float64Array,
  low: Float64Array,
  size: Float64Array,
): boolean {
  const { upper, lower } = halves(weight);
  let lost = false;
  for (let i = 0; i < length; i++) {
    const x = row[i] as number;
    const h = high[i] as number;
    // Both products are exact: a half of a weight has 26 bits, a number of the format at most 24.
    const a = upper * x;
    const first = h + a;
    const firstBack = first - h;
    const firstError = h - (first - firstBack) + (a - firstBack);
    let sum = first;
    let error = firstError;
    const b = lower * x;
    if (b !== 0) {
      sum = first + b;
      const back = sum - first;
      const secondError = first - (sum - back) + (b - back);
      error = firstError + secondError;
      const errorBack = error - firstError;
      if (firstError - (error - errorBack) + (secondError - errorBack) !== 0) lost = true;
    }
    high[i] = sum;
    size[i] = (size[i] as number) + Math.abs(a);
    if (error !== 0) {
      const before = low[i] as number;
      const lowSum = before + error;
      const lowBack = lowSum - before;
      if (before - (lowSum - lowBack) + (error - lowBack) !== 0) lost = true;
      low[i] = lowSum;
    }
  }
  return lost;
}

/** A weight as the sum of two f64 of at most 26 bits. */
function halves(weight: number): { readonly upper: number; readonly lower: number } {
  const large = SPLIT * weight;
  const upper = large - (large - weight);
  return { upper, lower: weight - upper };
}

function roundToDouble(whole: bigint): number {
  const double = { precision: 53, lowest: -1074 };
  return whole < 0n ? -roundQuotient(-whole, 1n, double) : roundQuotient(whole, 1n, double);
}
