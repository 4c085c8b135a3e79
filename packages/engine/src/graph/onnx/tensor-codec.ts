import { create } from '@bufbuild/protobuf';
import { type DType, dtypeOfOnnx, dtypes } from '../dtype.js';
import { sizeOf } from '../shape.js';
import { type Tensor, tensorOf } from '../tensor.js';
import { damaged, OnnxError, unsupported } from './errors.js';
import type { ExternalData } from './external-data.js';
import { type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from './generated/onnx_pb.js';

/** The tensor as ONNX stores it: raw little-endian data, which every machine that Node runs on has natively. */
export function tensorToProto(name: string, { dtype, shape, data }: Tensor): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: dtypes[dtype].onnx,
    dims: shape.map(BigInt),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
}

/**
 * Throws OnnxError for unknown dtypes, a length that does not fit the shape, and data in another file that `external` does
 * not give.
 */
export function tensorFromProto(proto: TensorProto, external?: ExternalData): Tensor {
  const dtype = knownDType(proto.dataType, `Tensor "${proto.name}"`);
  const shape = proto.dims.map(Number);
  const length = sizeOf(shape);
  if (shape.some((n) => !Number.isSafeInteger(n) || n < 0)) {
    throw damaged(`Tensor "${proto.name}" has the impossible shape [${shape.join(', ')}].`);
  }
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    return { dtype, shape, data: externalData(proto, dtype, length, external) };
  }
  const { bytes, view } = dtypes[dtype];
  if (proto.rawData.length > 0 || length === 0) {
    if (proto.rawData.length !== length * bytes) throw wrongLength(proto.name, shape, proto.rawData.length / bytes);
    // Copied, because raw data lies unaligned inside the message. (slice() would not copy when the message is a Buffer.)
    const copy = new Uint8Array(proto.rawData);
    return { dtype, shape, data: view(copy.buffer, copy.byteOffset, length) };
  }
  const values = typedField(proto, dtype);
  if (values.length !== length) throw wrongLength(proto.name, shape, values.length);
  if (dtype === 'i64') return { dtype, shape, data: BigInt64Array.from(proto.int64Data) };
  // f16 and bf16 are kept as bits in int32_data.
  if (dtype === 'f16' || dtype === 'bf16') return { dtype, shape, data: Uint16Array.from(proto.int32Data) };
  return tensorOf(dtype, shape, values.map(Number));
}

/** Location, offset and length are written as text. */
function externalData(proto: TensorProto, dtype: DType, length: number, external?: ExternalData): Tensor['data'] {
  if (external === undefined) {
    throw new OnnxError(`Tensor "${proto.name}" is in another file.`, 'Save the model with its data inside.');
  }
  const entry = (key: string) => proto.externalData.find((candidate) => candidate.key === key)?.value;
  const { bytes, view } = dtypes[dtype];
  const offset = Number(entry('offset') ?? 0);
  const size = Number(entry('length') ?? length * bytes);
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw damaged(`Tensor "${proto.name}" begins at byte ${entry('offset')}.`);
  if (size !== length * bytes) throw wrongLength(proto.name, proto.dims.map(Number), size / bytes);
  const data = external.read(entry('location') ?? '', offset, size);
  return view(data.buffer, data.byteOffset, length);
}

export function knownDType(code: number, what: string): DType {
  const dtype = dtypeOfOnnx(code);
  if (dtype === undefined) throw unsupported(`${what} has the ONNX data type ${code}, which Stockpot does not know.`);
  return dtype;
}

function typedField(proto: TensorProto, dtype: DType): readonly (number | bigint)[] {
  if (dtype === 'f32') return proto.floatData;
  if (dtype === 'f64') return proto.doubleData;
  return dtype === 'i64' ? proto.int64Data : proto.int32Data;
}

function wrongLength(name: string, shape: readonly number[], found: number): OnnxError {
  return damaged(`Tensor "${name}" of shape [${shape.join(', ')}] needs ${sizeOf(shape)} elements but has ${found}.`);
}
