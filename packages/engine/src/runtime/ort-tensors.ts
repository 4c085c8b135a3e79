import { Tensor as OrtTensor } from 'onnxruntime-node';
import { type DType, dtypes, type Graph, type Tensor } from '../graph/index.js';
import { DeviceError } from './errors.js';

/** bf16 has no kernels in onnxruntime; it is a way to store numbers. */
type ComputeDType = Exclude<DType, 'bf16'>;

/** onnxruntime's name of each dtype. */
export const ortTypes = {
  f32: 'float32',
  f16: 'float16',
  f64: 'float64',
  i64: 'int64',
  i32: 'int32',
  u8: 'uint8',
  i8: 'int8',
  bool: 'bool',
} as const satisfies Readonly<Record<ComputeDType, string>>;

/** Refuses a graph that computes with bf16, by the name of the first value that is. */
export function refuseBf16(device: string, graph: Graph): void {
  const values = [
    ...graph.inputs,
    ...graph.constants.map(({ value }) => value),
    ...graph.nodes.flatMap((n) => n.outputs),
  ];
  const stored = values.find(({ dtype }) => dtype === 'bf16');
  if (stored === undefined) return;
  throw new DeviceError(
    device,
    `"${stored.name}" is bf16, which is a storage type: the ${device} device cannot compute with it.`,
    'Convert it to f32.',
  );
}

/** The tensor as onnxruntime takes it, over the same memory. */
export function toOrt(device: string, name: string, { dtype, shape, data }: Tensor): OrtTensor {
  if (dtype === 'bf16') throw new DeviceError(device, `Input "${name}" is bf16.`, 'Convert it to f32.');
  const tensor = new OrtTensor(ortTypes[dtype], data, shape);
  // onnxruntime-common turns the bits into a Float16Array where JavaScript has it, which the native binding (1.30) cannot
  // read: it sees an empty array.
  if (dtype === 'f16') Object.defineProperty(tensor, 'data', { value: data });
  return tensor;
}

/** The graph's outputs out of what a run returned, in the graph's own types. */
export function outputsOf(
  device: string,
  outputs: Graph['outputs'],
  results: Readonly<Record<string, OrtTensor>>,
): Record<string, Tensor> {
  return Object.fromEntries(
    outputs.map(({ name, value: { dtype, shape } }) => {
      const result = results[name];
      if (result === undefined) {
        throw new DeviceError(device, `The runtime returned no output "${name}".`, 'Report this.');
      }
      return [name, { dtype, shape, data: fromOrt(device, result, dtype) }];
    }),
  );
}

function fromOrt(device: string, tensor: OrtTensor, dtype: DType): Tensor['data'] {
  const { data } = tensor;
  if (!ArrayBuffer.isView(data)) {
    throw new DeviceError(device, `The runtime returned ${tensor.type} data for a ${dtype} output.`, 'Report this.');
  }
  // f16 arrives as Float16Array where JavaScript has it; Stockpot keeps the bits.
  return dtypes[dtype].view(data.buffer, data.byteOffset, data.byteLength / dtypes[dtype].bytes);
}
