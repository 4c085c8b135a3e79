import { AnalysisError } from '../errors.js';
import type { Score } from '../mixtures/score.js';
import type { Shares } from '../mixtures/shares.js';
import type { EvaluationCount, Examined, MetricOfWorth } from './parts.js';

/** What analyses of mixtures are given: names, and somebody who scores mixtures. No files and no network. */
export interface MeasuredPool {
  /** Names of the models, in the order of shares. */
  readonly models: readonly string[];
  readonly examined: Examined;
  /** Loss and error of a mixture; asked again for the same mixture it answers from memory. */
  readonly score: (shares: Shares) => Promise<Score>;
  /** What scoring has cost so far. */
  readonly evaluations: () => EvaluationCount;
  /** The accuracy of a mixture where only that is known (from the trace of a search); left out, that of `score`. */
  readonly accuracy?: (shares: Shares) => Promise<number>;
  readonly signal?: AbortSignal;
}

/** What a mixture is worth: higher is better. */
export async function worthOf(pool: MeasuredPool, metric: MetricOfWorth, shares: Shares): Promise<number> {
  if (metric === 'loss') return -(await pool.score(shares)).loss;
  if (pool.accuracy !== undefined) return await pool.accuracy(shares);
  return accuracyOf(await pool.score(shares), pool.examined.rows);
}

/** 1 − error as the share of n answers that it is, without the rounding of two subtractions: ties stay ties. */
export function accuracyOf({ error }: Score, rows: number): number {
  return Math.round((1 - error) * rows) / rows;
}

/** What there is without any model: guessing among the classes with equal probability. */
export function worthOfGuessing(classes: number | null, metric: MetricOfWorth): number {
  if (classes === null) {
    throw new AnalysisError(
      'It is not known among how many classes would be guessed.',
      'Give the worth of no ingredient.',
    );
  }
  return metric === 'accuracy' ? 1 / classes : -Math.log(classes);
}

export function signalOf({ signal }: MeasuredPool): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
