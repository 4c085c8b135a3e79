import { dtypes, type Graph, sizeOf, type Tensor } from '../graph/index.js';
import type { DeviceSession, DeviceStepper, NamedValues } from './device.js';
import { deviceBytes } from './device-bytes.js';
import { HostStepper } from './host-stepper.js';
import { loopedGraph } from './looped-graph.js';

/**
 * Does several steps in one run of the device, for a binding that cannot leave tensors on it (CUDA): the state crosses the
 * bus once for all of them.
 */
export class LoopedStepper implements DeviceStepper {
  readonly #graph: Graph;
  readonly #open: (graph: Graph) => Promise<DeviceSession>;
  readonly #names: ReadonlySet<string>;
  /** The session for so many steps at once. */
  readonly #sessions = new Map<number, DeviceSession>();
  readonly #host: HostStepper;
  readonly stepsAtOnce: number;
  readonly #ownMemory: boolean;
  #bytes = 0;

  /** @param stepsAtOnce steps that pay well in one run; `stepMany` takes any number */
  constructor(options: {
    readonly graph: Graph;
    readonly state: NamedValues;
    readonly stepsAtOnce: number;
    readonly open: (graph: Graph) => Promise<DeviceSession>;
    /** Whether the device has memory of its own. */
    readonly ownMemory?: boolean;
  }) {
    const { graph, state, stepsAtOnce, open, ownMemory = false } = options;
    this.#ownMemory = ownMemory;
    this.#graph = graph;
    this.#open = open;
    this.#names = new Set(Object.keys(state));
    this.stepsAtOnce = stepsAtOnce;
    this.#host = new HostStepper({ run: (feeds) => this.#run(feeds), dispose: () => this.#close() }, state);
  }

  /** Steps of the run that is made, which `#run` reads: the state is the same for any number of them. */
  #turns = 1;

  step(feeds: NamedValues): Promise<Record<string, Tensor>> {
    this.#turns = 1;
    return this.#host.step(feeds);
  }

  async stepMany(feeds: readonly NamedValues[]): Promise<Record<string, Tensor>[]> {
    const [first] = feeds;
    if (first === undefined) return [];
    if (feeds.length === 1) return [await this.step(first)];
    this.#turns = feeds.length;
    const outputs = await this.#host.step(
      Object.fromEntries(Object.keys(first).map((name) => [name, stack(feeds.flatMap((row) => row[name] ?? []))])),
    );
    return feeds.map((_, row) =>
      Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, rowOf(tensor, row)])),
    );
  }

  undo(): void {
    this.#host.undo();
  }

  state(): Promise<Record<string, Tensor>> {
    return this.#host.state();
  }

  dispose(): Promise<void> {
    return this.#host.dispose();
  }

  /** Of the largest run so far. */
  get deviceMemory(): number | null {
    return this.#ownMemory ? this.#bytes : null;
  }

  async #run(feeds: NamedValues): Promise<Record<string, Tensor>> {
    const turns = this.#turns;
    let session = this.#sessions.get(turns);
    if (session === undefined) {
      const graph = turns === 1 ? this.#graph : loopedGraph(this.#graph, this.#names, turns);
      session = await this.#open(graph);
      this.#bytes = Math.max(this.#bytes, deviceBytes(graph));
      this.#sessions.set(turns, session);
    }
    return session.run(feeds);
  }

  async #close(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await session.dispose();
  }
}

/** Tensors of one type, one after the other along a new first axis. */
function stack(rows: readonly Tensor[]): Tensor {
  const [first] = rows;
  if (first === undefined) throw new RangeError('There is nothing to stack.');
  const { dtype, shape } = first;
  const data = dtypes[dtype].allocate(rows.length * sizeOf(shape));
  const bytes = new Uint8Array(data.buffer);
  for (const [i, row] of rows.entries()) {
    const { buffer, byteOffset, byteLength } = row.data;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), i * byteLength);
  }
  return { dtype, shape: [rows.length, ...shape], data };
}

function rowOf({ dtype, shape, data }: Tensor, row: number): Tensor {
  const size = sizeOf(shape.slice(1));
  return { dtype, shape: shape.slice(1), data: data.slice(row * size, (row + 1) * size) };
}
