import { SCALARS } from './state-vectors.js';
import type { StepPlan } from './step-graph.js';

/** Where in a training a batch stands, when `accumulate` batches make an update. */
export interface BatchPosition {
  /** Updates made before this one. */
  readonly update: number;
  /** Whether it is the first batch of its update. */
  readonly first: boolean;
  /** Whether it is the last one: the weights change after it. */
  readonly last: boolean;
}

/** The place of batch `index` (from 0). */
export function positionOf(index: number, accumulate: number): BatchPosition {
  const part = index % accumulate;
  return { update: (index - part) / accumulate, first: part === 0, last: part === accumulate - 1 };
}

/**
 * The numbers that the host computes in f64 for one run of the step graph and feeds as f32 scalars. The teacher moves
 * before the first batch of an update, the mean of the weights after the last; in between both are kept as they are.
 *
 * @param lr of this update
 * @param updates of the whole training
 */
export function stepScalars(
  { optimizer, task, ema, accumulate }: StepPlan,
  { update, first, last }: BatchPosition,
  lr: number,
  updates: number,
): Record<string, number> {
  const mean = (names: readonly [string, string], kept: number) => ({ [names[0]]: kept, [names[1]]: 1 - kept });
  const { teacher } = task;
  return {
    ...optimizer.scalars(update, lr),
    ...(teacher === undefined ? {} : mean(SCALARS.teacher, first ? teacher.momentum(update, updates) : 1)),
    ...(ema === null ? {} : mean(SCALARS.ema, last ? ema : 1)),
    ...(accumulate === 1 ? {} : { apply: last ? 1 : 0 }),
  };
}
