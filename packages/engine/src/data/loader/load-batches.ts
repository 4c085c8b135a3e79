import { availableParallelism } from 'node:os';
import { type BatchPlan, stepsOf, type TrainingBatch, type TrainingBatches, trainingBatches } from '../batches.js';
import type { Dataset, Split } from '../dataset.js';
import type { BatchWorkParameters } from './batch-work.js';
import { Pool } from './pool.js';
import type { WorkPlan } from './work.js';

export interface LoadOptions {
  readonly plan: BatchPlan;
  readonly dataset: Dataset;
  readonly split: string;
  /** Path of the dataset's manifest, and the folder of its source: each thread opens them for itself. */
  readonly manifest: string;
  readonly folder: string;
  /** 0 makes each batch when it is asked for; left out, what pays (`threadsThatPay`). */
  readonly threads?: number;
}

/** Batches that come with threads, which end when it is disposed of. */
export interface LoadedBatches extends TrainingBatches, AsyncDisposable {
  readonly threads: number;
}

/** Batches that are begun before they are asked for, for each thread: one that is made and one that waits to be. */
const AHEAD_PER_THREAD = 2;
const MOST_THREADS = 8;
/** Values of one image, over all of its views, from which on a thread of its own pays for images in memory. */
const PAYS_FROM = 3 * 64 * 64;

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
  const work: WorkPlan = { module: workModule(), parameters };
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

/**
 * Half of the machine's cores for images that are decoded or come out of many operations. None for small images in memory:
 * what a thread saves there is less than what it costs to start it and to hold the images twice (docs/augmentation.md).
 */
export function threadsThatPay(
  plan: Pick<BatchPlan, 'image' | 'views'>,
  split: Pick<Split, 'encoded' | 'image'>,
): number {
  if (split.encoded) return half();
  const [channels, height, width] = plan.image ?? split.image;
  const sides = plan.views?.map(({ size }) => [size ?? height, size ?? width] as const) ?? [[height, width] as const];
  const values = channels * sides.reduce((sum, [high, wide]) => sum + high * wide, 0);
  return values < PAYS_FROM ? 0 : half();
}

const half = () => Math.min(MOST_THREADS, Math.max(1, Math.floor(availableParallelism() / 2)));

function workModule(): string {
  return new URL(import.meta.url.endsWith('.ts') ? './batch-work.ts' : './batch-work.js', import.meta.url).href;
}
