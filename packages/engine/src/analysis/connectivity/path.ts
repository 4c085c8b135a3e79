import { CancelledError } from '../../errors.js';
import { FEWEST_POINTS } from '../../recipe/analysis-kinds/connectivity.js';
import { AnalysisError } from '../errors.js';
import type { Score, ScoreMixture } from '../mixtures/score.js';
import type { Shares } from '../mixtures/shares.js';
import { type Barrier, barrier } from './barrier.js';

export interface PathPoint extends Score {
  /** 0 at the first model, 1 at the second. */
  readonly lambda: number;
}

/** The straight way between two models of a pool. */
export interface Path {
  readonly first: number;
  readonly second: number;
  readonly points: readonly PathPoint[];
  readonly loss: Barrier;
  readonly error: Barrier;
}

export interface PathOptions {
  /** Points with both ends, ≥ 11; 21 to 25 for publication. */
  readonly points?: number;
  readonly signal?: AbortSignal;
}

/** The shares along the way from one ingredient of `count` to another: λ = place / (points − 1). */
export function pathShares(first: number, second: number, count: number, points = FEWEST_POINTS): Shares[] {
  if (!Number.isInteger(points) || points < FEWEST_POINTS) {
    throw new AnalysisError(
      `A path of ${points} points was asked for.`,
      `Take ${FEWEST_POINTS} or more: a barrier between few points is easily missed.`,
    );
  }
  for (const index of [first, second]) {
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new AnalysisError(`A path to model ${index} of ${count} was asked for.`, 'Name models of the pool.');
    }
  }
  return Array.from({ length: points }, (_, place) => {
    const shares = Array.from({ length: count }, () => 0);
    shares[first] = points - 1 - place;
    shares[second] = (shares[second] ?? 0) + place;
    return shares;
  });
}

/** Measures the way between two models of a pool: `points` scores, of which those at the ends are the models' own. */
export async function measurePath(
  score: ScoreMixture,
  { first, second, count }: { readonly first: number; readonly second: number; readonly count: number },
  { points, signal }: PathOptions = {},
): Promise<Path> {
  const measured: PathPoint[] = [];
  const ways = pathShares(first, second, count, points);
  for (const [place, shares] of ways.entries()) {
    if (signal?.aborted) throw new CancelledError('The analysis');
    measured.push({ lambda: place / (ways.length - 1), ...(await score(shares)) });
  }
  return {
    first,
    second,
    points: measured,
    loss: barrier(measured.map(({ loss }) => loss)),
    error: barrier(measured.map(({ error }) => error)),
  };
}
