import { type BatchPlan, stepsOf, type TrainingBatch, type TrainingBatches, trainingBatches } from '../batches.js';
import type { Dataset } from '../dataset.js';
import type { BatchWorkParameters } from './batch-work.js';
import { moduleBeside } from './module-beside.js';
import type { Place } from './place.js';
import { Pool } from './pool.js';
import { threadsThatPay } from './threads-that-pay.js';

export interface LoadOptions extends Place {
  readonly plan: BatchPlan;
  readonly dataset: Dataset;
  /** 0 makes each batch when it is asked for; left out, what pays (`threadsThatPay`). */
  readonly threads?: number;
}

/** Batches that come with threads, which end when it is disposed of. */
export interface LoadedBatches extends TrainingBatches, AsyncDisposable {
  readonly threads: number;
}

/** Batches that are begun before they are asked for, for each thread: one that is made and one that waits to be. */
const AHEAD_PER_THREAD = 2;

/**
 * The batches of a training run, made ahead in threads where that pays: byte for byte those of `trainingBatches`, whatever
 * the number of threads, and after a resume.
 */
export function loadBatches(options: LoadOptions): LoadedBatches {
  const { plan, dataset, manifest, folder } = options;
  const split = dataset.split(options.split);
  const threads = options.threads ?? threadsThatPay(plan, split);
  if (threads === 0) {
    return { ...trainingBatches({ ...plan, split }), threads, [Symbol.asyncDispose]: async () => undefined };
  }
  const { stepsPerEpoch, steps } = stepsOf(split, plan);
  const parameters: BatchWorkParameters = { plan, manifest, folder, split: split.name };
  const work = { module: moduleBeside('batch-work'), parameters };
  const pool = new Pool<TrainingBatch>(work, { threads, ahead: AHEAD_PER_THREAD * threads, count: steps });
  return {
    threads,
    stepsPerEpoch,
    steps,
    async batch(step) {
      if (!Number.isInteger(step) || step < 0 || step >= steps) {
        throw new RangeError(`Batch ${step} was asked for of a run of ${steps} steps.`);
      }
      return pool.get(step);
    },
    [Symbol.asyncDispose]: () => pool.dispose(),
  };
}
