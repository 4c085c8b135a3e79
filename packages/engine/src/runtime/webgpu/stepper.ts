import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Graph, Tensor, Value } from '../../graph/index.js';
import type { DeviceOptions, DeviceStepper, NamedValues } from '../device.js';
import { deviceBytes } from '../device-bytes.js';
import { explain } from '../onnxruntime-errors.js';
import { outputsOf, toOrt } from '../ort-tensors.js';
import { nextName, stateNames } from '../state-names.js';
import { fromDevice, inGraphTypes, lowerForWebgpu, toDevice } from './lower.js';
import { createSession } from './session.js';
import { Transfers } from './transfers.js';

type Buffers = ReadonlyMap<string, OrtTensor>;

interface Prepared {
  readonly graph: Graph;
  readonly lowered: Graph;
  readonly session: InferenceSession;
}

async function prepare(graph: Graph, threads: number): Promise<Prepared> {
  const lowered = lowerForWebgpu(graph);
  const moving = new Set(stateNames(graph).map(nextName));
  const locations = lowered.outputs.map(({ name }) => [name, moving.has(name) ? 'gpu-buffer' : 'cpu'] as const);
  const session = await createSession(lowered, { threads, locations: Object.fromEntries(locations) });
  return { graph, lowered, session };
}

/** Keeps the state in the device's memory: an output is the next step's input as it is, and only the others come back. */
export class WebgpuStepper implements DeviceStepper {
  #prepared: Prepared;
  /** By the graph that was lowered. */
  readonly #all: Map<Graph, Prepared>;
  readonly #threads: number;
  readonly #transfers: Transfers;
  /** Inputs that outputs replace. */
  readonly #moving: readonly string[];
  #current: Buffers;
  /** What `#current` replaced; freed when the next step begins. */
  #previous: Buffers | null = null;

  private constructor(prepared: Prepared, threads: number, transfers: Transfers, current: Buffers) {
    this.#prepared = prepared;
    this.#all = new Map([[prepared.graph, prepared]]);
    this.#threads = threads;
    this.#transfers = transfers;
    this.#moving = stateNames(prepared.graph);
    this.#current = current;
  }

  static async open(graph: Graph, state: NamedValues, { threads }: DeviceOptions): Promise<WebgpuStepper> {
    const prepared = await prepare(graph, threads);
    const transfers = new Transfers(threads);
    const buffers = new Map<string, OrtTensor>();
    try {
      for (const [name, tensor] of Object.entries(state)) {
        buffers.set(name, await transfers.upload(name, toDevice(name, tensor)));
      }
    } catch (error) {
      for (const buffer of buffers.values()) buffer.dispose();
      await transfers.dispose();
      await prepared.session.release();
      throw error;
    }
    return new WebgpuStepper(prepared, threads, transfers, buffers);
  }

  /** Of the largest graph that was used. */
  get deviceMemory(): number {
    return Math.max(...[...this.#all.values()].map(({ lowered }) => deviceBytes(lowered)));
  }

  async use(graph: Graph): Promise<void> {
    const prepared = this.#all.get(graph) ?? (await prepare(graph, this.#threads));
    this.#all.set(graph, prepared);
    this.#prepared = prepared;
  }

  async step(feeds: NamedValues): Promise<Record<string, Tensor>> {
    this.#free(this.#previous);
    this.#previous = null;
    const fed: Record<string, OrtTensor> = Object.fromEntries(this.#current);
    for (const [name, tensor] of Object.entries(feeds)) fed[name] = toOrt('webgpu', name, toDevice(name, tensor));
    const { graph, lowered, session } = this.#prepared;
    const results = await session.run(fed, { logSeverityLevel: 4 }).catch((cause: unknown) => {
      throw explain('webgpu', 'run the graph', cause);
    });
    const next = new Map(this.#current);
    for (const name of this.#moving) {
      const result = results[nextName(name)];
      if (result !== undefined) next.set(name, result);
    }
    this.#previous = this.#current;
    this.#current = next;
    const moving = new Set(this.#moving.map(nextName));
    const others = lowered.outputs.filter(({ name }) => !moving.has(name));
    return inGraphTypes(graph, outputsOf('webgpu', others, results));
  }

  undo(): void {
    if (this.#previous === null) return;
    const undone = this.#current;
    this.#current = this.#previous;
    this.#previous = null;
    this.#free(undone);
  }

  async state(): Promise<Record<string, Tensor>> {
    const state: Record<string, Tensor> = {};
    const { graph, lowered } = this.#prepared;
    const types = new Map<string, Value>(lowered.inputs.map((input) => [input.name, input]));
    for (const { name, dtype } of graph.inputs) {
      const [type, buffer] = [types.get(name), this.#current.get(name)];
      if (type === undefined || buffer === undefined) continue;
      state[name] = fromDevice(await this.#transfers.download(type, buffer), dtype);
    }
    return state;
  }

  async dispose(): Promise<void> {
    const [current, previous] = [this.#current, this.#previous];
    this.#current = new Map();
    this.#previous = null;
    this.#free(previous);
    this.#free(current);
    // Buffers before sessions: a buffer belongs to the allocator of the session that made it.
    await this.#transfers.dispose();
    for (const { session } of this.#all.values()) await session.release();
  }

  /** Disposes of every buffer that the state does not hold any more. */
  #free(buffers: Buffers | null): void {
    for (const [name, buffer] of buffers ?? []) {
      if (this.#current.get(name) !== buffer) buffer.dispose();
    }
  }
}
