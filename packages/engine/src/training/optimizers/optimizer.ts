import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { ParameterGroup } from '../parameter-layout.js';

/** The flat vectors of one parameter group inside the step graph. */
export interface GroupValues {
  readonly weights: Value;
  readonly gradient: Value;
  /** The optimizer's own state, by slot name. */
  readonly state: Readonly<Record<string, Value>>;
}

export interface GroupUpdate {
  readonly weights: Value;
  readonly state: Readonly<Record<string, Value>>;
}

/**
 * An optimizer as nodes of the step graph. It sees each parameter group as one flat vector, so an update is a handful of
 * large nodes however many tensors the model has.
 */
export interface Optimizer {
  /** Names of the state vectors it keeps for each group; they begin as zeros. */
  readonly slots: readonly string[];
  /** Numbers that the host computes in f64 for step `step` (from 0) and feeds as f32 scalars. */
  scalars(step: number, lr: number): Readonly<Record<string, number>>;
  update(
    b: GraphBuilder,
    group: GroupValues,
    scalars: Readonly<Record<string, Value>>,
    /** How this group is trained, and where its tensors lie in the vectors. */
    options: Pick<ParameterGroup, 'weightDecay' | 'lrScale' | 'slots'>,
  ): GroupUpdate;
}
