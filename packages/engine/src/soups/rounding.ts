import type { DType, TypedArray } from '../graph/dtype.js';
import { bf16ToNumber, f16ToNumber, numberToF16 } from '../graph/tensor.js';

/** A floating-point element type, as exact arithmetic sees it. */
export interface FloatFormat {
  /** Significant bits, the hidden one included. */
  readonly precision: number;
  /** The smallest positive number is 2^`lowest`; every number of the format is a multiple of it. */
  readonly lowest: number;
  /** The nearest number of the format, ties to even. The argument is an f64: this is the one rounding of a mean. */
  readonly round: (value: number) => number;
  /** Stored elements as numbers; the array itself where they are numbers already. */
  readonly decode: (stored: TypedArray) => ArrayLike<number>;
  /** Writes numbers of the format as stored elements. */
  readonly encode: (values: ArrayLike<number>, stored: TypedArray) => void;
}

const float = new Float32Array(1);
const floatWord = new Uint32Array(float.buffer);

/** The bits of a number that bf16 can hold: the upper half of its f32. */
function bf16Bits(value: number): number {
  float[0] = value;
  return (floatWord[0] ?? 0) >>> 16;
}

const double = new Float64Array(1);
const doubleWords = new Uint32Array(double.buffer);
const BF16_FRACTION_BITS = 7;
const BF16_LOWEST_EXPONENT = -126;

/** `numberToBf16` of the graph rounds to f32 first; a mean may be rounded only once. */
function roundToBf16(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  double[0] = value;
  const exponent = Math.max((((doubleWords[1] ?? 0) >>> 20) & 0x7ff) - 1023, BF16_LOWEST_EXPONENT);
  // Beside a number whose last place is worth one last place of the result, the processor rounds as the format does.
  const anchor = 1.5 * 2 ** (exponent + 52 - BF16_FRACTION_BITS);
  const magnitude = Math.abs(value) + anchor - anchor;
  return value < 0 ? -magnitude : magnitude;
}

const numbersAsTheyAre: Pick<FloatFormat, 'decode' | 'encode'> = {
  decode(stored) {
    if (stored instanceof BigInt64Array) throw new TypeError('Integers are not averaged.');
    return stored;
  },
  encode(values, stored) {
    if (stored instanceof BigInt64Array) throw new TypeError('Integers are not averaged.');
    stored.set(values);
  },
};

/** Sixteen-bit elements are decoded by a table of all 65,536 of them, made when first used. */
function byTable(toNumber: (bits: number) => number, toBits: (value: number) => number) {
  let table: Float64Array | undefined;
  return {
    decode(stored) {
      table ??= Float64Array.from({ length: 65_536 }, (_, bits) => toNumber(bits));
      const numbers = new Float64Array(stored.length);
      for (let i = 0; i < numbers.length; i++) numbers[i] = table[Number(stored[i])] ?? Number.NaN;
      return numbers;
    },
    encode(values, stored) {
      for (let i = 0; i < values.length; i++) stored[i] = toBits(values[i] ?? 0);
    },
  } satisfies Pick<FloatFormat, 'decode' | 'encode'>;
}

/** Integers and booleans have no format here: they are not averaged. */
export const floatFormats: { readonly [D in DType]: FloatFormat | null } = {
  f64: { precision: 53, lowest: -1074, round: (value) => value, ...numbersAsTheyAre },
  f32: { precision: 24, lowest: -149, round: Math.fround, ...numbersAsTheyAre },
  f16: {
    precision: 11,
    lowest: -24,
    round: (value) => f16ToNumber(numberToF16(value)),
    ...byTable(f16ToNumber, numberToF16),
  },
  bf16: { precision: 8, lowest: -133, round: roundToBf16, ...byTable(bf16ToNumber, bf16Bits) },
  i64: null,
  i32: null,
  u8: null,
  i8: null,
  bool: null,
};
