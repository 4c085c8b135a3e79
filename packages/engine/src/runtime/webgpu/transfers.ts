import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { type Graph, GraphBuilder, showShape, type Tensor, type TensorType } from '../../graph/index.js';
import { DeviceError } from '../errors.js';
import { explain } from '../onnxruntime-errors.js';
import { outputsOf, toOrt } from '../ort-tensors.js';
import { createSession, type Location } from './session.js';

/**
 * Brings tensors to the device and back, one at a time, each through a graph that copies it: the binding (1.30) has no call
 * for the way there, and its call for the way back ends the process.
 */
export class Transfers {
  readonly #threads: number;
  readonly #sessions = new Map<string, Promise<{ readonly graph: Graph; readonly session: InferenceSession }>>();

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** The tensor in memory of the device, which the caller disposes of. */
  async upload(name: string, tensor: Tensor): Promise<OrtTensor> {
    const { copy } = await this.#copy(tensor, 'gpu-buffer', toOrt('webgpu', name, tensor));
    if (copy?.location === 'gpu-buffer') return copy;
    throw new DeviceError('webgpu', `"${name}" did not stay on the device.`, 'Report this.');
  }

  /** The numbers of a tensor on the device, which stays there. */
  async download(type: TensorType, buffer: OrtTensor): Promise<Tensor> {
    const { graph } = await this.#session(type, 'cpu');
    const { copy } = outputsOf('webgpu', graph.outputs, await this.#copy(type, 'cpu', buffer));
    if (copy === undefined) throw new DeviceError('webgpu', 'The device returned nothing.', 'Report this.');
    return copy;
  }

  async dispose(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const opened of sessions) await (await opened).session.release();
  }

  async #copy(type: TensorType, to: Location, x: OrtTensor): Promise<Readonly<Record<string, OrtTensor>>> {
    const { session } = await this.#session(type, to);
    return session.run({ x }, { logSeverityLevel: 4 }).catch((cause: unknown) => {
      throw explain('webgpu', to === 'cpu' ? 'return the state' : 'take the state', cause);
    });
  }

  #session(
    { dtype, shape }: TensorType,
    to: Location,
  ): Promise<{ readonly graph: Graph; readonly session: InferenceSession }> {
    const key = `${to} ${dtype}${showShape(shape)}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const b = new GraphBuilder();
    b.output('copy', b.identity(b.input('x', dtype, shape)));
    const graph = b.snapshot();
    const opened = createSession(graph, { threads: this.#threads, locations: { copy: to } }).then((session) => ({
      graph,
      session,
    }));
    this.#sessions.set(key, opened);
    return opened;
  }
}
