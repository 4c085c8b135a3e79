import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError } from '../errors.js';
import type { Graph } from '../graph/graph.js';
import { type Tensor, tensor } from '../graph/tensor.js';
import type { NamedTensors } from '../models/initialise.js';
import { compile } from '../runtime/executable.js';
import type { Reporter } from '../steps/definition.js';
import { NonFiniteTrainingError } from './errors.js';
import type { Optimizer } from './optimizers/optimizer.js';
import { layoutOf } from './parameter-layout.js';
import type { Schedule } from './schedules/schedule.js';
import { Speed } from './speed.js';
import { stateVectors } from './state-vectors.js';
import { buildStepGraph, type StepPlan } from './step-graph.js';
import { positionOf, stepScalars } from './step-scalars.js';
import { loadState, saveState } from './training-checkpoint.js';
import {
  firstNonFinite,
  firstState,
  nextState,
  parametersOf,
  recentLoss,
  type TrainingState,
} from './training-state.js';
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
  /** Decay of an exponential mean of the weights, in 0 … 1; left out, none is kept. */
  readonly ema?: number;
  /** Factor of the learning rate of a parameter, by name; left out, 1 for every one. */
  readonly lrScale?: (name: string) => number;
}

/** Where it is trained: nothing here changes a bit of the result. */
export interface TrainingEnvironment {
  readonly threads: number;
  readonly device: 'cpu';
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Own checkpoints, for an attempt that is cut short; null for a training that is not worth any. */
  readonly checkpoints: {
    readonly path: string;
    /** Text that is equal exactly for the same training. */
    readonly fingerprint: string;
    /** Least time between two of them, in seconds; 0 writes one after every step. */
    readonly everySeconds: number;
  } | null;
}

export interface TrainingResult {
  /** Every parameter, the frozen ones included. */
  readonly parameters: NamedTensors;
  /** The exponential mean of the weights, with the frozen parameters; null when none was kept. */
  readonly ema: NamedTensors | null;
  /** Exponential mean of the last losses (decay 0.98 a step). */
  readonly finalLoss: number;
  readonly steps: number;
  /** Of the steps that this attempt took. */
  readonly imagesPerSecond: number;
  /** Share of the time that was spent making batches, in 0 … 1. */
  readonly dataWait: number;
}

/** Steps between two points of the curves of speed. */
const SPEED_EVERY = 10;

/**
 * Runs a training to its end, or continues one that was cut short: a resumed training gives the same bits as one that was
 * not interrupted, whatever the number of threads.
 *
 * @throws {CancelledError} within one step of the signal, the state saved.
 * @throws {NonFiniteTrainingError} when the loss or the gradient is no number; the last good state stays saved.
 */
export async function train(training: Training, environment: TrainingEnvironment): Promise<TrainingResult> {
  const { task, initial, optimizer, schedule, clip, batches, weightDecay, accumulate = 1, ema = null } = training;
  const { reporter, signal, checkpoints } = environment;
  const groups = layoutOf(task.parameters, task.frozen, weightDecay, training.lrScale);
  const frozen = new Map([...initial].filter(([name]) => task.frozen.has(name)));
  const plan: StepPlan = { task, groups, frozen, optimizer, clip, accumulate, ema };
  const graph = buildStepGraph(plan);

  const fresh = firstState(stateVectors(plan, initial));
  let state = (checkpoints && (await loadState(checkpoints.path, checkpoints.fingerprint, fresh))) ?? fresh;
  // A weight that overflowed in the last update would show only in the next loss: never save it over a good state.
  const save = async () => {
    if (checkpoints === null || state.step === 0 || firstNonFinite(state.vectors) !== null) return;
    await saveState(checkpoints.path, state, checkpoints.fingerprint);
  };
  const stop = (what: string) =>
    new NonFiniteTrainingError({
      step: positionOf(state.step, accumulate).update,
      what,
      lr: schedule.at(positionOf(state.step, accumulate).update),
      kept: checkpoints?.path ?? null,
    });

  const executable = await compile(graph, { device: environment.device, threads: environment.threads });
  try {
    const speed = new Speed(batches.batchSize);
    let savedAt = performance.now();
    while (state.step < schedule.steps * accumulate) {
      // The native call blocks the event loop; without a turn of it between steps no message could ask us to stop.
      await nextTurn();
      if (signal.aborted) {
        await save();
        throw new CancelledError('The training');
      }
      const position = positionOf(state.step, accumulate);
      const { update, last } = position;
      const lr = schedule.at(update);
      const batch = await speed.waiting(() => batches.at(state.step));
      const outputs = await executable.run({
        ...batch,
        ...scalars(stepScalars(plan, position, lr, schedule.steps), graph),
        ...state.vectors,
      });
      const loss = scalarOf(outputs, 'loss');
      const norm = scalarOf(outputs, 'gradient_norm');
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
        await save();
        throw stop(culprit(batch, state, loss));
      }
      state = nextState(state, outputs, last ? loss : null);
      speed.step();
      if (last) report(reporter, update, { loss, lr, gradient_norm: norm });
      if (last && ((update + 1) % SPEED_EVERY === 0 || update + 1 === schedule.steps)) {
        const { imagesPerSecond, dataWait } = speed.lap();
        report(reporter, update, { images_per_second: imagesPerSecond, data_wait: dataWait });
        const rate = imagesPerSecond / (batches.batchSize * accumulate);
        reporter.progress({ done: update + 1, total: schedule.steps, unit: 'steps', rate });
      }
      if (checkpoints !== null && performance.now() - savedAt >= checkpoints.everySeconds * 1000) {
        await save();
        savedAt = performance.now();
      }
    }
    const bad = firstNonFinite(state.vectors);
    if (bad !== null) throw stop(`the vector ${bad} after the last update`);
    const whole = (slot: 'weights' | 'ema') => new Map([...frozen, ...parametersOf(groups, state, slot)]);
    return {
      parameters: whole('weights'),
      ema: ema === null ? null : whole('ema'),
      finalLoss: recentLoss(state, schedule.steps),
      steps: schedule.steps,
      ...speed.total(),
    };
  } finally {
    await executable.dispose();
  }
}

function report(reporter: Reporter, step: number, values: Readonly<Record<string, number>>): void {
  for (const [series, value] of Object.entries(values)) reporter.metric(series, step, value);
}

/** The optimizer's numbers as tensors; one that this graph has no use for is no input of it. */
function scalars(values: Readonly<Record<string, number>>, graph: Graph): Record<string, Tensor> {
  const used = Object.entries(values).filter(([name]) => graph.inputs.some((input) => input.name === name));
  return Object.fromEntries(used.map(([name, value]) => [name, tensor('f32', [], Float32Array.of(value))]));
}

function scalarOf(outputs: Readonly<Record<string, Tensor>>, name: string): number {
  return Number(outputs[name]?.data[0] ?? Number.NaN);
}

/** What went wrong first: the data, the weights that an earlier step left, the loss, or only its gradient. */
function culprit(batch: Readonly<Record<string, Tensor>>, state: TrainingState, loss: number): string {
  const input = firstNonFinite(batch);
  if (input !== null) return `the input '${input}' of the batch`;
  const vector = firstNonFinite(state.vectors);
  if (vector !== null) return `the vector ${vector}, which the step before updated,`;
  return Number.isFinite(loss) ? 'the gradient' : 'the loss';
}
