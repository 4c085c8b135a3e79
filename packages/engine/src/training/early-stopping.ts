import type { Tensor } from '../graph/tensor.js';
import type { NamedTensors } from '../models/initialise.js';

/** What a loss reads beside the weights, as it is when they are scored. */
export interface ScoredState {
  /** Every parameter of the teacher, the frozen ones included; null for a training without one. */
  readonly teacher: NamedTensors | null;
  /** By name. */
  readonly memory: ReadonlyMap<string, Tensor>;
}

/** A score that decides when a training ends. */
export interface Validation {
  /** Updates between two scores. */
  readonly every: number;
  /** Scores in a row that may fail to rise before the training ends. */
  readonly patience: number;
  /** How much a score must rise above the best one to count as a rise; 0 for anything. */
  readonly minGain: number;
  /** Higher is better; of every parameter, the frozen ones included. Deterministic, or a resumed training would differ. */
  score(parameters: NamedTensors, state: ScoredState): Promise<number>;
}

/** How the scores went so far: part of the training's state. */
export interface ValidationState {
  /** Updates that had been made at the last score; 0 before the first one. */
  readonly at: number;
  /** The best score; null before the first one. */
  readonly best: number | null;
  readonly bestAt: number;
  /** Scores since the best one. */
  readonly failures: number;
  /** The vectors of the state that had the best score, those of the weights alone. */
  readonly vectors: Readonly<Record<string, Tensor>>;
}

export const UNVALIDATED: ValidationState = { at: 0, best: null, bestAt: 0, failures: 0, vectors: {} };

/** Whether a score is wanted after `updates` updates of `total`: at every `every`-th and at the end, once each. */
export function scoreIsDue({ every }: Validation, { at }: ValidationState, updates: number, total: number): boolean {
  return updates > at && (updates % every === 0 || updates === total);
}

/** The state after a score. A score that is no number fails, so that it never becomes the best one. */
export function scored(
  { minGain }: Validation,
  state: ValidationState,
  { score, updates, vectors }: { score: number; updates: number; vectors: Readonly<Record<string, Tensor>> },
): ValidationState {
  const rises = state.best === null ? !Number.isNaN(score) : score > state.best + minGain;
  return rises
    ? { at: updates, best: score, bestAt: updates, failures: 0, vectors }
    : { ...state, at: updates, failures: state.failures + 1 };
}

/** Whether the training ends here. */
export function hasStopped({ patience }: Validation, { failures }: ValidationState): boolean {
  return failures > patience;
}
