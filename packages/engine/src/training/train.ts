import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError } from '../errors.js';
import { type Tensor, tensor } from '../graph/tensor.js';
import type { NamedTensors } from '../models/initialise.js';
import { openStepper } from '../runtime/stepper.js';
import { CheckpointClock } from './checkpoint-clock.js';
import { hasStopped, scored, scoreIsDue } from './early-stopping.js';
import { NonFiniteTrainingError, SnapshotsOfEndedTrainingError } from './errors.js';
import { LOSS_SCALE } from './loss-scale.js';
import { layoutOf } from './parameter-layout.js';
import { SnapshotShelf } from './snapshots.js';
import { memoryName, stateVectors } from './state-vectors.js';
import { buildStepGraph, type StepPlan } from './step-graph.js';
import { type BatchPosition, positionOf, stepScalars } from './step-scalars.js';
import { StepsAhead } from './steps-ahead.js';
import type { Training, TrainingEnvironment, TrainingResult } from './training.js';
import { loadState, saveState } from './training-checkpoint.js';
import { TrainingReports } from './training-reports.js';
import { advanced, firstNonFinite, firstState, parametersOf, recentLoss, weightVectors } from './training-state.js';
import { type Feeds, type MemorySlot, type TrainingTask, taskOfShapes } from './training-task.js';
import { turnsOf } from './turns.js';

export type { Training, TrainingEnvironment, TrainingResult } from './training.js';

/** Batches in a row that may overflow in f16. The scale of the loss is 1 by then: something else is wrong. */
const MOST_OVERFLOWS = 64;

/**
 * Runs a training to its end, or continues one that was cut short: a resumed training gives the same bits as one that was
 * not interrupted, whatever the number of threads.
 *
 * @throws {CancelledError} within one batch of the signal, the state saved.
 * @throws {NonFiniteTrainingError} when the loss or the gradient is no number; the last good state stays saved.
 * @throws {StockpotEngineError} before anything is trained, for more snapshots than updates, or for snapshots of a training that a
 * score may end.
 */
export async function train(training: Training, environment: TrainingEnvironment): Promise<TrainingResult> {
  const { task, initial, optimizer, schedule, clip, batches, weightDecay, validation } = training;
  const { accumulate = 1, ema = null } = training;
  const { reporter, signal, checkpoints, device, threads } = environment;
  const groups = layoutOf(task.parameters, task.frozen, weightDecay, training.lrScale);
  const frozen = new Map([...initial].filter(([name]) => task.frozen.has(name)));
  const planOf = (shaped: TrainingTask): StepPlan => ({
    ...{ task: shaped, groups, frozen, optimizer, clip, accumulate, ema },
    ...(training.precision === 'f16' ? { lossScale: training.lossScale ?? LOSS_SCALE } : {}),
    // Turns fit the gradient into the cache of a processor; elsewhere they would only make more and smaller operators.
    turns: device === 'cpu' ? turnsOf(shaped, training.leastTurns) : 1,
  });
  const plan = planOf(task);
  const { snapshots = 0 } = training;
  if (snapshots > 0 && validation !== undefined) throw new SnapshotsOfEndedTrainingError();
  const shelf = new SnapshotShelf({ count: snapshots, updates: schedule.steps, files: checkpoints });
  const graph = buildStepGraph(plan);

  const fresh = firstState(stateVectors(plan, initial));
  const saved = checkpoints && (await loadState(checkpoints.path, checkpoints.fingerprint, fresh));
  const goesOnFromSaved = saved !== null && (await shelf.isComplete(passedUpdates(positionOf(saved.step, accumulate))));
  const { vectors, ...begun } = goesOnFromSaved ? saved : fresh;
  let progress = begun;
  const { stepsAtOnce } = environment;
  const stepper = await openStepper(graph, {
    ...{ device, threads, state: vectors },
    ...(stepsAtOnce === undefined ? {} : { stepsAtOnce }),
    ...(task.shapesVary ? { graphOf: (feeds: Feeds) => buildStepGraph(planOf(taskOfShapes(task, feeds))) } : {}),
  });
  const whole = (slot: 'weights' | 'ema' | 'teacher', from: Readonly<Record<string, Tensor>>): NamedTensors =>
    new Map([...frozen, ...parametersOf(groups, from, slot)]);
  const save = async () => {
    if (checkpoints === null || progress.step === 0) return;
    const now = await stepper.state();
    // A weight that overflowed in the last update would show only in the next loss: never save it over a good state.
    if (firstNonFinite(now) === null)
      await saveState(checkpoints.path, { ...progress, vectors: now }, checkpoints.fingerprint);
  };
  const stop = (what: string) => {
    const { update } = positionOf(progress.step, accumulate);
    return new NonFiniteTrainingError({ step: update, what, lr: schedule.at(update), kept: checkpoints?.path ?? null });
  };
  /** Keeps and scores the weights where that is due. Whether the training goes on. */
  const goesOn = async (updates: number): Promise<boolean> => {
    if (shelf.isDue(updates)) await shelf.keep(updates, whole(ema === null ? 'weights' : 'ema', await stepper.state()));
    if (validation === undefined) return updates < schedule.steps;
    if (scoreIsDue(validation, progress.validation, updates, schedule.steps)) {
      const now = await stepper.state();
      const score = await validation.score(whole(ema === null ? 'weights' : 'ema', now), {
        teacher: task.teacher === undefined ? null : whole('teacher', now),
        memory: new Map((task.memory ?? []).flatMap((slot) => memoryOf(slot, now))),
      });
      reports.score(updates, score);
      const kept = weightVectors(now);
      progress = {
        ...progress,
        validation: scored(validation, progress.validation, { score, updates, vectors: kept }),
      };
    }
    return updates < schedule.steps && !hasStopped(validation, progress.validation);
  };

  const reports = new TrainingReports(reporter, {
    ...{ updates: schedule.steps, batch: batches.batchSize, accumulate, device },
    ...{ deviceMemory: () => stepper.deviceMemory },
  });
  const ahead = new StepsAhead(stepper, {
    feedsAt: async (step) => {
      const position = positionOf(step, accumulate);
      const numbers = stepScalars(plan, position, schedule.at(position.update), schedule.steps);
      const batch = await reports.speed.waiting(() => batches.at(step));
      return { batch, scalars: scalars(numbers, graph.inputs) };
    },
    boundaryAfter: (step) => {
      const every = (validation?.every ?? schedule.steps) * accumulate;
      const snapshot = shelf.nextAfter(Math.floor(step / accumulate)) * accumulate;
      return Math.min(schedule.steps * accumulate, snapshot, (Math.floor(step / every) + 1) * every);
    },
  });
  const clock = checkpoints === null ? null : new CheckpointClock(checkpoints);
  try {
    let overflows = 0;
    let overflowsInARow = 0;
    let position = positionOf(progress.step, accumulate);
    let saveIsDue = false;
    while (!position.first || (await goesOn(position.update))) {
      // The native call blocks the event loop; without a turn of it between steps no message could ask us to stop.
      await nextTurn();
      if (signal.aborted && ahead.aligned) {
        await save();
        throw new CancelledError('The training', 'Start it again to continue from its last checkpoint.');
      }
      const { update, last } = position;
      const lr = schedule.at(update);
      const { batch, outputs } = await ahead.take(progress.step);
      const loss = scalarOf(outputs, 'loss');
      const norm = scalarOf(outputs, 'gradient_norm');
      const overflowed = scalarOf(outputs, 'overflow') === 1;
      overflowsInARow = overflowed ? overflowsInARow + 1 : 0;
      const leftOut = overflowed && overflowsInARow < MOST_OVERFLOWS;
      if (!leftOut && !(Number.isFinite(loss) && Number.isFinite(norm))) {
        await ahead.takeBack();
        await save();
        throw stop(culprit(batch, await stepper.state(), loss));
      }
      const here = position;
      progress = advanced(progress, last && !leftOut ? loss : null);
      position = positionOf(progress.step, accumulate);
      if (last && leftOut) overflows++;
      reports.batch(here, leftOut ? null : { loss, lr, gradient_norm: norm });
      saveIsDue ||= clock?.strikes(here) === true;
      if (saveIsDue && ahead.aligned) {
        await save();
        saveIsDue = false;
      }
    }
    const now = await stepper.state();
    const bad = firstNonFinite(now);
    if (bad !== null) throw stop(`the vector ${bad} after the last update`);
    const { best, bestAt, vectors: kept } = progress.validation;
    const final = best === null ? now : kept;
    const parameters = whole('weights', final);
    const mean = ema === null ? null : whole('ema', final);
    return {
      parameters,
      ema: mean,
      snapshots: shelf.all(mean ?? parameters),
      finalLoss: recentLoss(progress, position.update),
      steps: position.update,
      best: best === null ? null : { score: best, steps: bestAt },
      device,
      overflows,
      ...reports.speed.total(),
    };
  } finally {
    await stepper.dispose();
  }
}

/** A memory of the task in the state of its training. */
function memoryOf(slot: MemorySlot, vectors: Readonly<Record<string, Tensor>>): readonly [string, Tensor][] {
  const found = vectors[memoryName(slot)];
  return found === undefined ? [] : [[slot.name, found]];
}

/** Updates whose weights the training has left behind: what it would keep of them must be there already. */
function passedUpdates({ update, first }: BatchPosition): number {
  return first ? update - 1 : update;
}

/** Numbers of the host as tensors; one that this graph has no use for is no input of it. */
function scalars(
  values: Readonly<Record<string, number>>,
  inputs: readonly { readonly name: string }[],
): Record<string, Tensor> {
  const used = Object.entries(values).filter(([name]) => inputs.some((input) => input.name === name));
  return Object.fromEntries(used.map(([name, value]) => [name, tensor('f32', [], Float32Array.of(value))]));
}

function scalarOf(outputs: Readonly<Record<string, Tensor>>, name: string): number {
  return Number(outputs[name]?.data[0] ?? Number.NaN);
}

/** What went wrong first: the data, the weights that an earlier step left, the loss, or only its gradient. */
function culprit(
  batch: Readonly<Record<string, Tensor>>,
  vectors: Readonly<Record<string, Tensor>>,
  loss: number,
): string {
  const input = firstNonFinite(batch);
  if (input !== null) return `the input '${input}' of the batch`;
  const vector = firstNonFinite(vectors);
  if (vector !== null) return `the vector ${vector}, which the step before updated,`;
  return Number.isFinite(loss) ? 'the gradient' : 'the loss';
}
