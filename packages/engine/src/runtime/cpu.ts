import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { type DType, dtypes, type Graph, type Tensor } from '../graph/index.js';
import { encodeOnnx } from '../graph/onnx/index.js';
import type { DeviceModule, DeviceSession } from './device.js';
import { DeviceError } from './errors.js';
import { explain } from './onnxruntime-errors.js';

/**
 * onnxruntime's CPU provider. The same feeds give the same bytes in every run with the same number of threads; operators
 * run one after the other, each on `threads` threads.
 */
export const cpu: DeviceModule = {
  async open(graph, { threads }): Promise<DeviceSession> {
    refuseBf16(graph);
    try {
      const session = await InferenceSession.create(encodeOnnx(graph), {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        // Failures are thrown as sentences; the runtime need not print them as well.
        logSeverityLevel: 4,
        // `session.set_denormal_as_zero` is tempting and wrong: it switches the whole JavaScript thread to flush denormals,
        // so what a later soup computes in this process would depend on whether something was trained here before.
      });
      return new CpuSession(session, graph);
    } catch (cause) {
      throw explain('cpu', 'prepare the graph', cause);
    }
  },
};

class CpuSession implements DeviceSession {
  readonly #session: InferenceSession;
  readonly #graph: Graph;

  constructor(session: InferenceSession, graph: Graph) {
    this.#session = session;
    this.#graph = graph;
  }

  async run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    const fed: Record<string, OrtTensor> = {};
    for (const { name } of this.#graph.inputs) {
      const tensor = feeds[name];
      if (tensor !== undefined) fed[name] = toOrt(name, tensor);
    }
    const results = await this.#session.run(fed, { logSeverityLevel: 4 }).catch((cause: unknown) => {
      throw explain('cpu', 'run the graph', cause);
    });
    const outputs: Record<string, Tensor> = {};
    for (const { name, value } of this.#graph.outputs) {
      const result = results[name];
      if (result === undefined)
        throw new DeviceError('cpu', `The runtime returned no output "${name}".`, 'Report this.');
      outputs[name] = { dtype: value.dtype, shape: value.shape, data: fromOrt(result, value.dtype) };
    }
    return outputs;
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

/** bf16 has no kernels in onnxruntime (architecture §5); it is a way to store numbers. */
type ComputeDType = Exclude<DType, 'bf16'>;

function refuseBf16(graph: Graph): void {
  const values = [
    ...graph.inputs,
    ...graph.constants.map(({ value }) => value),
    ...graph.nodes.flatMap((n) => n.outputs),
  ];
  const stored = values.find(({ dtype }) => dtype === 'bf16');
  if (stored === undefined) return;
  throw new DeviceError('cpu', `"${stored.name}" is bf16, which the CPU cannot compute with.`, 'Convert it to f32.');
}

/** onnxruntime's name of each dtype. */
const ortTypes = {
  f32: 'float32',
  f16: 'float16',
  f64: 'float64',
  i64: 'int64',
  i32: 'int32',
  u8: 'uint8',
  bool: 'bool',
} as const satisfies Readonly<Record<ComputeDType, string>>;

function toOrt(name: string, { dtype, shape, data }: Tensor): OrtTensor {
  if (dtype === 'bf16') throw new DeviceError('cpu', `Input "${name}" is bf16.`, 'Convert it to f32.');
  const tensor = new OrtTensor(ortTypes[dtype], data, shape);
  // onnxruntime-common turns the bits into a Float16Array where JavaScript has it, which the native binding (1.30) cannot
  // read: it sees an empty array.
  if (dtype === 'f16') Object.defineProperty(tensor, 'data', { value: data });
  return tensor;
}

function fromOrt(tensor: OrtTensor, dtype: DType): Tensor['data'] {
  const { data } = tensor;
  if (!ArrayBuffer.isView(data)) {
    throw new DeviceError('cpu', `The runtime returned ${tensor.type} data for a ${dtype} output.`, 'Report this.');
  }
  // f16 arrives as Float16Array where JavaScript has it; Stockpot keeps the bits.
  return dtypes[dtype].view(data.buffer, data.byteOffset, data.byteLength / dtypes[dtype].bytes);
}
