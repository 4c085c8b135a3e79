import type { Tensor } from '../graph/tensor.js';
import type { NamedTensors } from '../models/initialise.js';
import { UNVALIDATED, type ValidationState } from './early-stopping.js';
import { type ParameterGroup, unpack } from './parameter-layout.js';
import { type StateVector, stateName } from './state-vectors.js';

/** How far a training is, beside the numbers that it trains. */
export interface TrainingProgress {
  /** Batches seen. Without accumulation, each of them is a step. */
  readonly step: number;
  /** Exponential mean of the losses so far, not yet divided by its weight 1 − decay^step. */
  readonly lossMean: number;
  readonly validation: ValidationState;
}

/** Everything that the next step depends on beside its batch. */
export interface TrainingState extends TrainingProgress {
  /** By the names of the step graph's inputs. */
  readonly vectors: Readonly<Record<string, Tensor>>;
}

/** How much of the running mean of the loss is kept at each step. */
const LOSS_DECAY = 0.98;

/** The state before the first step. */
export function firstState(vectors: readonly StateVector[]): TrainingState {
  const first = vectors.map(({ name, shape, first }): [string, Tensor] => [
    name,
    { dtype: 'f32', shape, data: first() },
  ]);
  return { step: 0, vectors: Object.fromEntries(first), lossMean: 0, validation: UNVALIDATED };
}

/**
 * The progress after one more batch.
 *
 * @param loss of the update that this batch completed; null when it completed none.
 */
export function advanced(progress: TrainingProgress, loss: number | null): TrainingProgress {
  const { step, lossMean } = progress;
  const next = loss === null ? lossMean : LOSS_DECAY * lossMean + (1 - LOSS_DECAY) * loss;
  return { ...progress, step: step + 1, lossMean: next };
}

/** The exponential mean of the losses of `updates` updates, most weight on the last ones; NaN before the first. */
export function recentLoss({ lossMean }: TrainingProgress, updates: number): number {
  return lossMean / (1 - LOSS_DECAY ** updates);
}

/** The vectors of a state that are weights or means of them: what a result is made of. */
export function weightVectors(vectors: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> {
  const wanted = Object.entries(vectors).filter(([name]) => name.startsWith('weights.') || name.startsWith('ema.'));
  return Object.fromEntries(wanted);
}

/** The parameters of a state by name: its weights, their exponential mean, or the teacher. */
export function parametersOf(
  groups: readonly ParameterGroup[],
  vectors: Readonly<Record<string, Tensor>>,
  slot: 'weights' | 'ema' | 'teacher',
): NamedTensors {
  return new Map(
    groups.flatMap((group) => {
      const flat = vectors[stateName(slot, group)]?.data;
      if (!(flat instanceof Float32Array)) throw new Error(`The state holds no f32 ${slot} of group ${group.name}.`);
      return [...unpack(group, flat)];
    }),
  );
}

/** The first vector of the state that holds a NaN or an infinity, by name; null when all is well. */
export function firstNonFinite(vectors: Readonly<Record<string, Tensor>>): string | null {
  for (const [name, { data }] of Object.entries(vectors)) {
    if (data instanceof Float32Array && data.some((value) => !Number.isFinite(value))) return name;
  }
  return null;
}
