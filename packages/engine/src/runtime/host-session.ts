import { InferenceSession, type Tensor as OrtTensor } from 'onnxruntime-node';
import type { Graph, Tensor } from '../graph/index.js';
import { encodeOnnx } from '../graph/onnx/index.js';
import type { DeviceOptions, DeviceSession, NamedValues } from './device.js';
import { explain } from './onnxruntime-errors.js';
import { outputsOf, refuseBf16, toOrt } from './ort-tensors.js';

/** A session whose operands come from this process's memory and whose results return there. */
export class HostSession implements DeviceSession {
  readonly #device: string;
  readonly #session: InferenceSession;
  readonly #graph: Graph;

  private constructor(device: string, session: InferenceSession, graph: Graph) {
    this.#device = device;
    this.#session = session;
    this.#graph = graph;
  }

  /** Prepares a graph for the provider of that name. Operators run one after the other, each on `threads` threads. */
  static async open(device: 'cpu' | 'cuda', graph: Graph, { threads }: DeviceOptions): Promise<HostSession> {
    refuseBf16(device, graph);
    try {
      const session = await InferenceSession.create(encodeOnnx(graph), {
        executionProviders: [device],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        // Failures are thrown as sentences; the runtime need not print them as well.
        logSeverityLevel: 4,
        // `session.set_denormal_as_zero` is tempting and wrong: it switches the whole JavaScript thread to flush denormals,
        // so what a later soup computes in this process would depend on whether something was trained here before.
      });
      return new HostSession(device, session, graph);
    } catch (cause) {
      throw explain(device, 'prepare the graph', cause);
    }
  }

  async run(feeds: NamedValues): Promise<Record<string, Tensor>> {
    const fed: Record<string, OrtTensor> = {};
    for (const { name } of this.#graph.inputs) {
      const tensor = feeds[name];
      if (tensor !== undefined) fed[name] = toOrt(this.#device, name, tensor);
    }
    const results = await this.#session.run(fed, { logSeverityLevel: 4 }).catch((cause: unknown) => {
      throw explain(this.#device, 'run the graph', cause);
    });
    return outputsOf(this.#device, this.#graph.outputs, results);
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
