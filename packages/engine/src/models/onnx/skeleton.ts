/** @file An ONNX file without its weights: each parameter becomes an input, so that the graph is small and asks for it. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { dtypes } from '../../graph/dtype.js';
import { OnnxError } from '../../graph/onnx/errors.js';
import {
  type GraphProto,
  ModelProtoSchema,
  TensorShapeProto_DimensionSchema,
  ValueInfoProtoSchema,
} from '../../graph/onnx/generated/onnx_pb.js';
import type { TensorType } from '../../graph/tensor.js';

/** Bytes that a packed graph may become: a bound for files made to burst. */
const MAX_GRAPH_BYTES = 256 * 1024 * 1024;

/** The file with the named initialisers as inputs, gzipped, as base64. Equal files give equal texts. */
export function packSkeleton(file: Uint8Array, parameters: ReadonlyMap<string, TensorType>): string {
  const model = fromBinary(ModelProtoSchema, file);
  const { graph } = model;
  if (graph === undefined) throw new TypeError('packSkeleton: the file was read before, and had a graph.');
  graph.initializer = graph.initializer.filter(({ name }) => !parameters.has(name));
  graph.input = graph.input.filter(({ name }) => !parameters.has(name));
  for (const [name, type] of parameters) graph.input.push(inputOf(name, type));
  // Types of what is in between are derived; those that an exporter wrote may hold its batch size.
  graph.valueInfo = [];
  graph.docString = '';
  model.docString = '';
  return gzipSync(toBinary(ModelProtoSchema, model), { level: 9 }).toString('base64');
}

/** The file that `packSkeleton` packed. Throws RangeError for one that bursts. */
export function unpackSkeleton(packed: string): Uint8Array {
  return gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_GRAPH_BYTES });
}

/** Names of what is fed to a file, initialisers left out. Throws OnnxError for bytes that are no ONNX file. */
export function inputNames(file: Uint8Array): readonly string[] {
  let graph: GraphProto | undefined;
  try {
    ({ graph } = fromBinary(ModelProtoSchema, file));
  } catch (cause) {
    throw new OnnxError('These bytes cannot be read as an ONNX file.', 'Export the network again.', { cause });
  }
  const stored = new Set(graph?.initializer.map(({ name }) => name));
  return (graph?.input ?? []).map(({ name }) => name).filter((name) => !stored.has(name));
}

function inputOf(name: string, { dtype, shape }: TensorType): GraphProto['input'][number] {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: dtypes[dtype].onnx,
          shape: { dim: shape.map(dimension) },
        },
      },
    },
  });
}

function dimension(size: number) {
  return create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(size) } });
}
