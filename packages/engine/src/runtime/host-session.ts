import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Graph, Tensor } from '../graph/index.js';
import type { DeviceSession, NamedValues } from './device.js';
import { explain } from './onnxruntime-errors.js';
import { outputsOf, toOrt } from './ort-tensors.js';

/** A session whose operands come from this process's memory and whose results return there. */
export class HostSession implements DeviceSession {
  readonly #device: string;
  readonly #session: InferenceSession;
  readonly #graph: Graph;

  constructor(device: string, session: InferenceSession, graph: Graph) {
    this.#device = device;
    this.#session = session;
    this.#graph = graph;
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
