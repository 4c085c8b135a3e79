import type { Graph, Tensor } from '../graph/index.js';
import type { DeviceSession, DeviceStepper, NamedValues } from './device.js';
import { splitOutputs } from './state-names.js';

/**
 * Keeps the state in this process's memory, between runs of a session that returns every output there.
 *
 * Preallocated outputs would save nothing: the binding (1.30) writes into them and then returns a copy all the same
 * (measured: 52 ms a step with 100 MB of state either way). What does save is to give the memory of the state before the
 * last one back at once, instead of when JavaScript gets round to it: 410 MB at the peak instead of 610 MB.
 */
export class HostStepper implements DeviceStepper {
  #session: DeviceSession;
  /** Of every graph that was used. */
  readonly #sessions: Map<Graph | null, DeviceSession>;
  readonly use?: (graph: Graph) => Promise<void>;
  #current: NamedValues;
  #previous: NamedValues | null = null;
  /** Tensors that somebody else may read: the first state, and every one that was handed out. */
  readonly #lent: WeakSet<Tensor>;

  /**
   * @param first the graph of the session and how to open another one, where steps may have several shapes
   */
  constructor(
    session: DeviceSession,
    state: NamedValues,
    first?: { readonly graph: Graph; readonly open: (graph: Graph) => Promise<DeviceSession> },
  ) {
    this.#session = session;
    this.#sessions = new Map([[first?.graph ?? null, session]]);
    if (first !== undefined) {
      this.use = async (graph) => {
        const opened = this.#sessions.get(graph) ?? (await first.open(graph));
        this.#sessions.set(graph, opened);
        this.#session = opened;
      };
    }
    this.#current = state;
    this.#lent = new WeakSet(Object.values(state));
  }

  async step(feeds: NamedValues): Promise<Record<string, Tensor>> {
    this.#release(this.#previous);
    this.#previous = null;
    const { state, others } = splitOutputs(await this.#session.run({ ...feeds, ...this.#current }));
    this.#previous = this.#current;
    this.#current = { ...this.#current, ...state };
    return others;
  }

  undo(): void {
    if (this.#previous === null) return;
    const undone = this.#current;
    this.#current = this.#previous;
    this.#previous = null;
    this.#release(undone);
  }

  async state(): Promise<Record<string, Tensor>> {
    for (const tensor of Object.values(this.#current)) this.#lent.add(tensor);
    return { ...this.#current };
  }

  async dispose(): Promise<void> {
    for (const session of this.#sessions.values()) await session.dispose();
    const [current, previous] = [this.#current, this.#previous];
    this.#previous = null;
    this.#current = {};
    this.#release(previous);
    this.#release(current);
  }

  #release(state: NamedValues | null): void {
    for (const [name, tensor] of Object.entries(state ?? {})) {
      if (this.#lent.has(tensor) || this.#current[name] === tensor) continue;
      const { buffer } = tensor.data;
      // A transfer to nothing detaches the memory, which frees it.
      if (buffer instanceof ArrayBuffer) buffer.transfer(0);
    }
  }
}
