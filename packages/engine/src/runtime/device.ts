import type { Graph } from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';

export interface DeviceOptions {
  /** Threads that one operator may use. */
  readonly threads: number;
}

/** One module a device. It prepares a graph once and then runs it many times. */
export interface DeviceModule {
  open(graph: Graph, options: DeviceOptions): Promise<DeviceSession>;
}

export interface DeviceSession {
  /** Feeds are complete and of the right types: `Executable` has checked them. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}
