import { type DType, type DTypeArrays, dtypes, type TypedArray } from './dtype.js';
import { GraphError } from './errors.js';
import { type Shape, showShape, sizeOf } from './shape.js';

/** Element type and static shape of a tensor. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Numbers with a shape, row-major. `data` is the typed array of `dtype` (see `DTypeArrays`). */
export interface Tensor extends TensorType {
  readonly data: TypedArray;
}

/** A tensor over `data`, without a copy. Throws GraphError when the length does not fit the shape. */
export function tensor<D extends DType>(dtype: D, shape: Shape, data: DTypeArrays[D]): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new GraphError(
      `A ${dtype} tensor of shape ${showShape(shape)} needs ${sizeOf(shape)} elements, but ${data.length} were given.`,
    );
  }
  return { dtype, shape, data };
}

/** Numbers written into a new tensor of `dtype`: rounded to it for floats, truncated for integers, 0 or 1 for bool. */
export function tensorOf(dtype: DType, shape: Shape, values: ArrayLike<number>): Tensor {
  const { data } = emptyTensor(dtype, shape);
  if (values.length !== data.length) {
    throw new GraphError(
      `A ${dtype} tensor of shape ${showShape(shape)} needs ${data.length} elements, but ${values.length} were given.`,
    );
  }
  writeNumbers(dtype, data, values);
  return { dtype, shape, data };
}

export function emptyTensor(dtype: DType, shape: Shape): Tensor {
  return { dtype, shape, data: dtypes[dtype].allocate(sizeOf(shape)) };
}

/** The elements as f64 numbers; i64 beyond 2^53 lose precision (indices never get there). */
export function numbersOf(tensor: Tensor): Float64Array {
  const { data } = tensor;
  if (data instanceof BigInt64Array) return Float64Array.from(data, Number);
  if (tensor.dtype === 'f16') return Float64Array.from(data, f16ToNumber);
  if (tensor.dtype === 'bf16') return Float64Array.from(data, bf16ToNumber);
  return Float64Array.from(data);
}

function writeNumbers(dtype: DType, data: TypedArray, values: ArrayLike<number>): void {
  if (data instanceof BigInt64Array) {
    for (let i = 0; i < values.length; i++) data[i] = BigInt(Math.trunc(values[i] ?? 0));
  } else if (dtype === 'f16') {
    for (let i = 0; i < values.length; i++) data[i] = numberToF16(values[i] ?? 0);
  } else if (dtype === 'bf16') {
    for (let i = 0; i < values.length; i++) data[i] = numberToBf16(values[i] ?? 0);
  } else if (dtype === 'bool') {
    for (let i = 0; i < values.length; i++) data[i] = values[i] ? 1 : 0;
  } else {
    data.set(values);
  }
}

export function f16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Round to nearest, ties to even. */
export function numberToF16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundHalfEven(magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  // log2 may round up next to a power of two; the mantissa tells.
  const power = magnitude / 2 ** exponent < 1 ? exponent - 1 : exponent;
  return sign | (((power + 15) << 10) + roundHalfEven((magnitude / 2 ** power - 1) * 1024));
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

export function bf16ToNumber(value: number): number {
  bits[0] = value << 16;
  return float[0] ?? 0;
}

/** Round to nearest, ties to even. */
export function numberToBf16(value: number): number {
  float[0] = value;
  const raw = bits[0] ?? 0;
  if (Number.isNaN(value)) return 0x7fc0;
  return ((raw + 0x7fff + ((raw >>> 16) & 1)) >>> 16) & 0xffff;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5 || (rest === 0.5 && floor % 2 === 0)) return floor;
  return floor + 1;
}
