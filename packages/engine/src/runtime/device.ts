import type { Graph } from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';

export interface DeviceOptions {
  /** Threads that one operator may use. */
  readonly threads: number;
  /** Steps that a stepper does in one run; left out, as the device likes best. A matter of speed only. */
  readonly stepsAtOnce?: number;
}

/** Tensors by the name of a graph's input or output. */
export type NamedValues = Readonly<Record<string, Tensor>>;

/** One module a device. It prepares a graph once and then runs it many times. */
export interface DeviceModule {
  open(graph: Graph, options: DeviceOptions): Promise<DeviceSession>;
  /** As `open`, for a graph whose outputs `next.X` are its inputs X of the next run; `state` holds their first values. */
  openStepper(graph: Graph, state: NamedValues, options: DeviceOptions): Promise<DeviceStepper>;
}

export interface DeviceSession {
  /** Feeds are complete and of the right types: `Executable` has checked them. */
  run(feeds: NamedValues): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

/** What a `Stepper` is on one device. Calls never overlap and feeds are complete: `Stepper` sees to both. */
export interface DeviceStepper {
  /**
   * Makes the steps from now on those of another graph with the same state, for feeds of other shapes; it is prepared once.
   * Absent where all steps have one shape.
   */
  use?(graph: Graph): Promise<void>;
  step(feeds: NamedValues): Promise<Record<string, Tensor>>;
  /** Several steps in one run, where that is faster than one by one. `undo` then takes all of them back. */
  stepMany?(feeds: readonly NamedValues[]): Promise<Record<string, Tensor>[]>;
  /** How many steps `stepMany` is best given at a time. */
  readonly stepsAtOnce?: number;
  /** Bytes of memory of its own that the device holds for certain during a run; null or absent where its memory is this process's. */
  readonly deviceMemory?: number | null;
  undo(): void;
  state(): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}
