/** Element types a tensor may have. `f16` and `bf16` are held as raw bits; `bool` is one byte, 0 or 1. */
export type DType = 'f32' | 'f16' | 'bf16' | 'f64' | 'i64' | 'i32' | 'u8' | 'i8' | 'bool';

/** The typed array that holds each element type. */
export interface DTypeArrays {
  f32: Float32Array;
  f16: Uint16Array;
  bf16: Uint16Array;
  f64: Float64Array;
  i64: BigInt64Array;
  i32: Int32Array;
  u8: Uint8Array;
  i8: Int8Array;
  bool: Uint8Array;
}

export type TypedArray = DTypeArrays[DType];

interface DTypeRow<D extends DType> {
  readonly bytes: number;
  readonly float: boolean;
  /** `TensorProto.DataType` of onnx.proto. */
  readonly onnx: number;
  readonly allocate: (length: number) => DTypeArrays[D];
  readonly view: (buffer: ArrayBufferLike, byteOffset: number, length: number) => DTypeArrays[D];
}

/** One row an element type. */
export const dtypes: { readonly [D in DType]: DTypeRow<D> } = {
  f32: {
    bytes: 4,
    float: true,
    onnx: 1,
    allocate: (n) => new Float32Array(n),
    view: (b, o, n) => new Float32Array(b, o, n),
  },
  f16: {
    bytes: 2,
    float: true,
    onnx: 10,
    allocate: (n) => new Uint16Array(n),
    view: (b, o, n) => new Uint16Array(b, o, n),
  },
  bf16: {
    bytes: 2,
    float: true,
    onnx: 16,
    allocate: (n) => new Uint16Array(n),
    view: (b, o, n) => new Uint16Array(b, o, n),
  },
  f64: {
    bytes: 8,
    float: true,
    onnx: 11,
    allocate: (n) => new Float64Array(n),
    view: (b, o, n) => new Float64Array(b, o, n),
  },
  i64: {
    bytes: 8,
    float: false,
    onnx: 7,
    allocate: (n) => new BigInt64Array(n),
    view: (b, o, n) => new BigInt64Array(b, o, n),
  },
  i32: {
    bytes: 4,
    float: false,
    onnx: 6,
    allocate: (n) => new Int32Array(n),
    view: (b, o, n) => new Int32Array(b, o, n),
  },
  u8: {
    bytes: 1,
    float: false,
    onnx: 2,
    allocate: (n) => new Uint8Array(n),
    view: (b, o, n) => new Uint8Array(b, o, n),
  },
  i8: {
    bytes: 1,
    float: false,
    onnx: 3,
    allocate: (n) => new Int8Array(n),
    view: (b, o, n) => new Int8Array(b, o, n),
  },
  bool: {
    bytes: 1,
    float: false,
    onnx: 9,
    allocate: (n) => new Uint8Array(n),
    view: (b, o, n) => new Uint8Array(b, o, n),
  },
};

export const dtypeNames = Object.keys(dtypes) as DType[];

export function isFloat(dtype: DType): boolean {
  return dtypes[dtype].float;
}

export function isInteger(dtype: DType): boolean {
  return !dtypes[dtype].float && dtype !== 'bool';
}

/** The element type with this `TensorProto.DataType` number, or undefined when Stockpot has none. */
export function dtypeOfOnnx(code: number): DType | undefined {
  return dtypeNames.find((name) => dtypes[name].onnx === code);
}
