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
    try {
      const session = await InferenceSession.create(encodeOnnx(graph), {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        // Moments of long-untouched weights decay into denormals, on which a CPU is up to a hundred times slower.
        extra: { session: { set_denormal_as_zero: '1' } },
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
    const results = await this.#session.run(fed).catch((cause: unknown) => {
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

/** onnxruntime's name of each dtype; bf16 has no kernels there (architecture §5), so it has no name. */
const ortTypes = {
  f32: 'float32',
  f16: 'float16',
  bf16: null,
  f64: 'float64',
  i64: 'int64',
  i32: 'int32',
  u8: 'uint8',
  bool: 'bool',
} as const satisfies Readonly<Record<DType, string | null>>;

function toOrt(name: string, { dtype, shape, data }: Tensor): OrtTensor {
  const type = ortTypes[dtype];
  if (type === null) {
    throw new DeviceError(
      'cpu',
      `Input "${name}" is ${dtype}, which the CPU cannot compute with.`,
      'Convert it to f32.',
    );
  }
  return new OrtTensor(type, data, shape);
}

function fromOrt(tensor: OrtTensor, dtype: DType): Tensor['data'] {
  const { data } = tensor;
  if (!ArrayBuffer.isView(data)) {
    throw new DeviceError('cpu', `The runtime returned ${tensor.type} data for a ${dtype} output.`, 'Report this.');
  }
  // f16 arrives as Float16Array where JavaScript has it; Stockpot keeps the bits.
  return dtypes[dtype].view(data.buffer, data.byteOffset, data.byteLength / dtypes[dtype].bytes);
}
