import type { Tensor } from '../graph/tensor.js';
import type { NamedTensors } from '../models/initialise.js';
import { type ParameterGroup, unpack } from './parameter-layout.js';
import { type StateVector, stateName } from './state-vectors.js';

/** Everything that the next step depends on beside its batch. Vectors are named as the step graph's inputs are. */
export interface TrainingState {
  /** Batches seen. Without accumulation, each of them is a step. */
  readonly step: number;
  readonly vectors: Readonly<Record<string, Tensor>>;
  /** Exponential mean of the losses so far, not yet divided by its weight 1 − decay^step. */
  readonly lossMean: number;
}

/** How much of the running mean of the loss is kept at each step. */
const LOSS_DECAY = 0.98;

/** The state before the first step. */
export function firstState(vectors: readonly StateVector[]): TrainingState {
  const first = vectors.map(({ name, shape, first }): [string, Tensor] => [
    name,
    { dtype: 'f32', shape, data: first() },
  ]);
  return { step: 0, vectors: Object.fromEntries(first), lossMean: 0 };
}

/**
 * The state after a batch whose graph gave `outputs`.
 *
 * @param loss of the update that this batch completed; null when it completed none.
 */
export function nextState(
  state: TrainingState,
  outputs: Readonly<Record<string, Tensor>>,
  loss: number | null,
): TrainingState {
  const vectors = Object.fromEntries(
    Object.keys(state.vectors).map((name) => {
      const next = outputs[`next.${name}`];
      if (next === undefined) throw new Error(`The step graph gave no next.${name}.`);
      return [name, next];
    }),
  );
  const lossMean = loss === null ? state.lossMean : LOSS_DECAY * state.lossMean + (1 - LOSS_DECAY) * loss;
  return { step: state.step + 1, vectors, lossMean };
}

/** The exponential mean of the losses of `updates` updates, most weight on the last ones; NaN before the first. */
export function recentLoss({ lossMean }: TrainingState, updates: number): number {
  return lossMean / (1 - LOSS_DECAY ** updates);
}

/** The parameters of a state by name: its weights, or their exponential mean. */
export function parametersOf(
  groups: readonly ParameterGroup[],
  state: TrainingState,
  slot: 'weights' | 'ema',
): NamedTensors {
  return new Map(
    groups.flatMap((group) => {
      const flat = state.vectors[stateName(slot, group)]?.data;
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
