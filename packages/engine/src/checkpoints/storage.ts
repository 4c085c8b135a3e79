/** @file The element types of safetensors: those that the engine computes with, and those that only lie in files. */
import { type DType, dtypes, type TypedArray } from '../graph/dtype.js';
import type { Shape } from '../graph/shape.js';
import { f8e4m3ToNumber, f8e5m2ToNumber } from './float8.js';

/** Element types that are read and written, never computed with: reading widens them without loss. */
export type StorageOnly = 'i16' | 'u16' | 'u32' | 'u64' | 'f8e4m3' | 'f8e5m2';

/** How an element may lie in a file. */
export type StorageDType = DType | StorageOnly;

/** Element type and shape of a tensor in a file. */
export interface StoredType<D extends StorageDType = StorageDType> {
  readonly dtype: D;
  readonly shape: Shape;
}

interface StorageRow {
  /** The word of the safetensors header. */
  readonly code: string;
  readonly bytes: number;
  /** The element type that a reader of numbers gets. */
  readonly readAs: DType;
  /** Little-endian bytes, aligned, to elements of `readAs`. Throws RangeError for a number that does not fit. */
  readonly widen: (bytes: Uint8Array) => TypedArray;
}

function computed(dtype: DType, code: string): StorageRow {
  const { bytes, view } = dtypes[dtype];
  return {
    code,
    bytes,
    readAs: dtype,
    widen: (data) => view(data.buffer, data.byteOffset, data.byteLength / bytes),
  };
}

const I64_LIMIT = 2n ** 63n;

function widenU64(bytes: Uint8Array): BigInt64Array {
  const elements = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  const tooLarge = elements.find((element) => element >= I64_LIMIT);
  if (tooLarge !== undefined) throw new RangeError(`holds ${tooLarge}, more than a signed 64-bit integer can`);
  return BigInt64Array.from(elements);
}

/** One row an element type of the safetensors format. */
export const storage: { readonly [D in StorageDType]: StorageRow } = {
  f64: computed('f64', 'F64'),
  f32: computed('f32', 'F32'),
  f16: computed('f16', 'F16'),
  bf16: computed('bf16', 'BF16'),
  i64: computed('i64', 'I64'),
  i32: computed('i32', 'I32'),
  u8: computed('u8', 'U8'),
  i8: computed('i8', 'I8'),
  bool: computed('bool', 'BOOL'),
  i16: {
    code: 'I16',
    bytes: 2,
    readAs: 'i32',
    widen: (b) => Int32Array.from(new Int16Array(b.buffer, b.byteOffset, b.byteLength / 2)),
  },
  u16: {
    code: 'U16',
    bytes: 2,
    readAs: 'i32',
    widen: (b) => Int32Array.from(new Uint16Array(b.buffer, b.byteOffset, b.byteLength / 2)),
  },
  u32: {
    code: 'U32',
    bytes: 4,
    readAs: 'i64',
    widen: (b) => BigInt64Array.from(new Uint32Array(b.buffer, b.byteOffset, b.byteLength / 4), BigInt),
  },
  u64: { code: 'U64', bytes: 8, readAs: 'i64', widen: widenU64 },
  f8e4m3: { code: 'F8_E4M3', bytes: 1, readAs: 'f32', widen: (b) => Float32Array.from(b, f8e4m3ToNumber) },
  f8e5m2: { code: 'F8_E5M2', bytes: 1, readAs: 'f32', widen: (b) => Float32Array.from(b, f8e5m2ToNumber) },
};

export const storageDTypes = Object.keys(storage) as StorageDType[];

/** Bytes of a tensor in a file. */
export function storedBytes({ dtype, shape }: StoredType): number {
  return shape.reduce((product, dimension) => product * dimension, storage[dtype].bytes);
}

/** Whether the engine computes with this element type as it is. */
export function isComputed(dtype: StorageDType): dtype is DType {
  return Object.hasOwn(dtypes, dtype);
}
