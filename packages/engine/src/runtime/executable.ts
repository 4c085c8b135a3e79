import type { Graph, Tensor } from '../graph/index.js';
import { checkFeeds, checkThreads } from './check-feeds.js';
import type { DeviceOptions, DeviceSession } from './device.js';
import { type DeviceName, devices } from './devices.js';
import { DeviceError } from './errors.js';

export interface CompileOptions extends DeviceOptions {
  readonly device: DeviceName;
}

/** A graph made ready for a device. Runs must not overlap: each waits for the one before. */
export interface Executable {
  readonly graph: Graph;
  /**
   * Runs the graph once. `feeds` has one tensor for every graph input, of its dtype and shape; further ones are refused.
   * The result has one new tensor for every graph output. Throws DeviceError.
   */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  /** Frees the native memory; the executable cannot run afterwards. Disposing twice is allowed. */
  dispose(): Promise<void>;
}

/** Prepares `graph` for a device. Throws DeviceError when the device cannot take it. */
export async function compile(graph: Graph, { device, ...options }: CompileOptions): Promise<Executable> {
  checkThreads(device, options.threads);
  const session = await devices[device].open(graph, options);
  return new DeviceExecutable(graph, device, session);
}

class DeviceExecutable implements Executable {
  #session: DeviceSession | null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly graph: Graph,
    readonly device: DeviceName,
    session: DeviceSession,
  ) {
    this.#session = session;
  }

  async run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    checkFeeds(this.device, this.graph.inputs, feeds);
    const run = this.#last.then(() => this.#open().run(feeds));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async dispose(): Promise<void> {
    await this.#last;
    const session = this.#session;
    this.#session = null;
    await session?.dispose();
  }

  #open(): DeviceSession {
    if (this.#session === null) {
      throw new DeviceError(this.device, 'The executable has been disposed of.', 'Compile the graph again.');
    }
    return this.#session;
  }
}
