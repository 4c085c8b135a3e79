import type { Tensor } from '../graph/tensor.js';
import type { NamedTensors } from '../models/initialise.js';
import type { Optimizer } from './optimizers/optimizer.js';
import { type ParameterGroup, pack, unpack } from './parameter-layout.js';
import { stateName, stateSlots } from './step-graph.js';

/** Everything that the next step depends on beside its batch. Vectors are named as the step graph's inputs are. */
export interface TrainingState {
  /** Steps taken. */
  readonly step: number;
  readonly vectors: Readonly<Record<string, Tensor>>;
  /** Exponential mean of the losses so far, not yet divided by its weight 1 − decay^step. */
  readonly lossMean: number;
}

/** How much of the running mean of the loss is kept at each step. */
const LOSS_DECAY = 0.98;

/** The state before the first step: the given parameters, zeros for the optimizer. */
export function firstState(
  groups: readonly ParameterGroup[],
  optimizer: Optimizer,
  parameters: NamedTensors,
): TrainingState {
  const vectors: Record<string, Tensor> = {};
  for (const group of groups) {
    for (const slot of stateSlots(optimizer)) {
      const data = slot === 'weights' ? pack(group, parameters) : new Float32Array(group.size);
      vectors[stateName(slot, group)] = { dtype: 'f32', shape: [group.size], data };
    }
  }
  return { step: 0, vectors, lossMean: 0 };
}

/** The state after a step whose graph gave `outputs` and `loss`. */
export function nextState(
  state: TrainingState,
  outputs: Readonly<Record<string, Tensor>>,
  loss: number,
): TrainingState {
  const vectors = Object.fromEntries(
    Object.keys(state.vectors).map((name) => {
      const next = outputs[`next.${name}`];
      if (next === undefined) throw new Error(`The step graph gave no next.${name}.`);
      return [name, next];
    }),
  );
  return { step: state.step + 1, vectors, lossMean: LOSS_DECAY * state.lossMean + (1 - LOSS_DECAY) * loss };
}

/** The exponential mean of the losses so far, most weight on the last ones; NaN before the first step. */
export function recentLoss({ step, lossMean }: TrainingState): number {
  return lossMean / (1 - LOSS_DECAY ** step);
}

/** The parameters of a state by name. */
export function parametersOf(groups: readonly ParameterGroup[], state: TrainingState): NamedTensors {
  return new Map(
    groups.flatMap((group) => {
      const flat = state.vectors[stateName('weights', group)]?.data;
      if (!(flat instanceof Float32Array)) throw new Error(`The state holds no f32 weights of group ${group.name}.`);
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
