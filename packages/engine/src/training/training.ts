import type { NamedTensors } from '../models/initialise.js';
import type { DeviceName } from '../runtime/devices.js';
import type { Reporter } from '../steps/definition.js';
import type { Validation } from './early-stopping.js';
import type { Precision } from './half-precision.js';
import type { LossScale } from './loss-scale.js';
import type { Optimizer } from './optimizers/optimizer.js';
import type { Schedule } from './schedules/schedule.js';
import type { Snapshot } from './snapshots.js';
import type { BatchSource, TrainingTask } from './training-task.js';

/** What is trained and how: everything that determines the result. */
export interface Training {
  readonly task: TrainingTask;
  /** First values of every parameter of the task, the frozen ones included. */
  readonly initial: NamedTensors;
  readonly optimizer: Optimizer;
  readonly weightDecay: number;
  readonly schedule: Schedule;
  /** Upper bound of the gradient's global norm; null for none. */
  readonly clip: number | null;
  readonly batches: BatchSource;
  /** Batches whose gradients are averaged into one update; left out, 1. The schedule counts updates. */
  readonly accumulate?: number;
  /**
   * Turns in which the gradient of independent examples is taken at least, in f32 on the processor: what accumulation is
   * for, without a pass of the optimizer for every part. A divisor of the batch; left out, 1.
   */
  readonly leastTurns?: number;
  /** Decay of an exponential mean of the weights, in 0 … 1; left out, none is kept. */
  readonly ema?: number;
  /** What matrix products are computed in; left out, f32. The weights and the optimizer's state are f32 either way. */
  readonly precision?: Precision;
  /** For f16: how the loss is scaled; left out, as torch does. */
  readonly lossScale?: LossScale;
  /** Factor of the learning rate of a parameter, by name; left out, 1 for every one. */
  readonly lrScale?: (name: string) => number;
  /** Stops the training when a score no longer rises, and gives the weights that had the best one. */
  readonly validation?: Validation;
  /** Snapshots at equal distances of the run, the last one its end; left out, none. Not together with `validation`. */
  readonly snapshots?: number;
}

/** Where it is trained: nothing here changes a bit of the result. */
export interface TrainingEnvironment {
  readonly threads: number;
  readonly device: DeviceName;
  /** Steps that the device does in one run; left out, as it likes best. */
  readonly stepsAtOnce?: number;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Own checkpoints, for an attempt that is cut short; null for a training that is not worth any. */
  readonly checkpoints: {
    readonly path: string;
    /** Text that is equal exactly for the same training. */
    readonly fingerprint: string;
    /** Least time between two of them, in seconds; 0 writes one after every batch, Infinity none by the clock. */
    readonly everySeconds: number;
    /** Updates between two of them, beside those by the clock; left out, none by count. */
    readonly everyUpdates?: number;
  } | null;
}

export interface TrainingResult {
  /** Every parameter, the frozen ones included: the last ones, or those with the best score. */
  readonly parameters: NamedTensors;
  /** The exponential mean of the weights, with the frozen parameters; null when none was kept. */
  readonly ema: NamedTensors | null;
  /** Exponential mean of the last losses (decay 0.98 a step). */
  readonly finalLoss: number;
  /** Updates that were made. */
  readonly steps: number;
  /** The best score and the number of updates that had it; null when nothing was validated. */
  readonly best: { readonly score: number; readonly steps: number } | null;
  /** As many as were asked for, in order; the last one is what `ema ?? parameters` is. Read before the folder of the checkpoints goes. */
  readonly snapshots: readonly Snapshot[];
  readonly device: DeviceName;
  /** Updates of this attempt that were left out because their gradient overflowed in f16; each halves the loss's scale. */
  readonly overflows: number;
  /** Of the steps that this attempt took. */
  readonly imagesPerSecond: number;
  /** Share of the time that was spent waiting for batches, in 0 … 1. */
  readonly dataWait: number;
}
