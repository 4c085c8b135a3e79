import { type Graph, sameShape, showShape, type Tensor, type Value } from '../graph/index.js';
import { checkFeeds, checkThreads } from './check-feeds.js';
import type { DeviceOptions, DeviceStepper, NamedValues } from './device.js';
import { type DeviceName, devices } from './devices.js';
import { DeviceError } from './errors.js';
import { nextName, stateNames } from './state-names.js';

export interface StepperOptions extends DeviceOptions {
  readonly device: DeviceName;
  /**
   * First value of every input X that has an output `next.X`, and of any other input that stays as it is from step to step
   * (frozen weights). They are not written to.
   */
  readonly state: NamedValues;
  /**
   * The graph for feeds of other shapes than the first graph takes: with the same state, by the same names. Asked once for
   * each shape; left out, other shapes are refused.
   */
  readonly graphOf?: (feeds: NamedValues) => Graph;
}

/**
 * A graph whose outputs are its own next inputs: a training step. An output `next.X` becomes input X of the next step and
 * stays on the device. Calls may overlap; they are done one after the other.
 */
export interface Stepper {
  /**
   * Runs the graph once on `feeds`, one tensor for every input that is no state, and returns every output that is no state.
   * A step that throws a DeviceError leaves the state as it was.
   */
  step(feeds: NamedValues): Promise<Record<string, Tensor>>;
  /**
   * As many steps as there are feeds, in one run where the device does that (`stepsAtOnce`); the outputs of each. The numbers
   * are those of as many calls of `step`.
   */
  stepMany(feeds: readonly NamedValues[]): Promise<Record<string, Tensor>[]>;
  /** How many steps the device likes to be given at a time: 1 where the state stays on it anyway. */
  readonly stepsAtOnce: number;
  /** Bytes of memory of its own that the device holds for certain (`deviceBytes`); null where its memory is this process's. */
  readonly deviceMemory: number | null;
  /**
   * Goes back to the state before the last step (before the last run, after `stepMany` on a device that does several steps in
   * one), for a step whose loss turned out to be no number. Only once: a second call does nothing.
   */
  undo(): Promise<void>;
  /** The state on the host, by input name. Nothing writes to these tensors afterwards. */
  state(): Promise<Record<string, Tensor>>;
  /** Frees the device's memory. Disposing twice is allowed; anything else afterwards throws. */
  dispose(): Promise<void>;
}

/** Prepares a step graph for a device. Throws DeviceError when the device or the graph cannot do it. */
export async function openStepper(graph: Graph, options: StepperOptions): Promise<Stepper> {
  const { device, state } = options;
  checkThreads(device, options.threads);
  checkState(device, graph, state);
  return new QueuedStepper(graph, options, await devices[device].openStepper(graph, state, options));
}

/** Feeds of the same shapes have the same. */
function shapesOf(feeds: NamedValues): string {
  const names = Object.keys(feeds).sort();
  return names.map((name) => `${name}${showShape(feeds[name]?.shape ?? [])}`).join(' ');
}

/** `next.X` and X have one type, and the state is complete. */
function checkState(device: string, graph: Graph, state: NamedValues): void {
  const inputs = new Map(graph.inputs.map((input) => [input.name, input]));
  for (const { name, value } of graph.outputs) {
    const input = [...inputs.values()].find((candidate) => nextName(candidate.name) === name);
    if (input === undefined || (input.dtype === value.dtype && sameShape(input.shape, value.shape))) continue;
    throw new DeviceError(
      device,
      `The graph takes "${input.name}" as ${show(input)} and returns its next value as ${show(value)}.`,
      'Convert or reshape the output.',
    );
  }
  const missing = stateNames(graph).find((name) => !Object.hasOwn(state, name));
  if (missing !== undefined) {
    throw new DeviceError(device, `"${missing}" has no first value.`, 'Give one in `state`.');
  }
  const kept = graph.inputs.filter(({ name }) => Object.hasOwn(state, name));
  checkFeeds(device, kept, state);
}

function show({ dtype, shape }: Value): string {
  return `${dtype}${showShape(shape)}`;
}

class QueuedStepper implements Stepper {
  readonly #device: string;
  readonly #first: Graph;
  readonly #options: StepperOptions;
  /** By the shapes of what is fed. */
  readonly #graphs = new Map<string, Graph>();
  #inner: DeviceStepper | null;
  #used: Graph;
  #last: Promise<unknown> = Promise.resolve();

  constructor(first: Graph, options: StepperOptions, inner: DeviceStepper) {
    this.#device = options.device;
    this.#first = first;
    this.#used = first;
    this.#options = options;
    this.#inner = inner;
    const fed = this.#fedOf(first).map(({ name, shape }) => `${name}${showShape(shape)}`);
    this.#graphs.set(fed.sort().join(' '), first);
  }

  async step(feeds: NamedValues): Promise<Record<string, Tensor>> {
    const graph = this.#graphFor(feeds);
    return this.#then((inner) => this.#stepOf(inner, graph, feeds));
  }

  async stepMany(feeds: readonly NamedValues[]): Promise<Record<string, Tensor>[]> {
    const graphs = feeds.map((row) => this.#graphFor(row));
    return this.#then(async (inner) => {
      if (inner.stepMany !== undefined) return inner.stepMany(feeds);
      const outputs: Record<string, Tensor>[] = [];
      for (const [i, row] of feeds.entries()) outputs.push(await this.#stepOf(inner, graphs[i] ?? this.#first, row));
      return outputs;
    });
  }

  /** The graph for feeds of these shapes. Throws DeviceError for feeds that it does not take. */
  #graphFor(feeds: NamedValues): Graph {
    const { graphOf, state } = this.#options;
    const shapes = shapesOf(feeds);
    let graph = this.#graphs.get(shapes);
    if (graph === undefined && graphOf !== undefined && this.#inner?.use !== undefined) {
      graph = graphOf(feeds);
      checkState(this.#device, graph, state);
      this.#graphs.set(shapes, graph);
    }
    checkFeeds(this.#device, this.#fedOf(graph ?? this.#first), feeds);
    return graph ?? this.#first;
  }

  #fedOf({ inputs }: Graph): readonly Value[] {
    return inputs.filter(({ name }) => !Object.hasOwn(this.#options.state, name));
  }

  async #stepOf(inner: DeviceStepper, graph: Graph, feeds: NamedValues): Promise<Record<string, Tensor>> {
    if (graph !== this.#used) {
      await inner.use?.(graph);
      this.#used = graph;
    }
    return inner.step(feeds);
  }

  get stepsAtOnce(): number {
    return this.#inner?.stepsAtOnce ?? 1;
  }

  get deviceMemory(): number | null {
    return this.#inner?.deviceMemory ?? null;
  }

  async undo(): Promise<void> {
    return this.#then(async (inner) => inner.undo());
  }

  async state(): Promise<Record<string, Tensor>> {
    return this.#then((inner) => inner.state());
  }

  async dispose(): Promise<void> {
    await this.#last;
    const inner = this.#inner;
    this.#inner = null;
    await inner?.dispose();
  }

  #then<Result>(action: (inner: DeviceStepper) => Promise<Result>): Promise<Result> {
    const done = this.#last.then(() => action(this.#open()));
    this.#last = done.catch(() => undefined);
    return done;
  }

  #open(): DeviceStepper {
    if (this.#inner === null) {
      throw new DeviceError(this.#device, 'The stepper has been disposed of.', 'Open another one.');
    }
    return this.#inner;
  }
}
