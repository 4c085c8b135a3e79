import { CancelledError } from '../../errors.js';
import { AnalysisError } from '../errors.js';
import type { Score, ScoreMixture } from '../mixtures/score.js';
import type { Shares } from '../mixtures/shares.js';

/** Three models of a pool of `count`. */
export interface Triple {
  readonly models: readonly [number, number, number];
  readonly count: number;
}

export interface TernaryGridOptions {
  /** Parts into which each side is divided: 3 or more. */
  readonly divisions?: number;
  /** Whether the points on the sides between the corners are in: those are mixtures of two. */
  readonly sides?: boolean;
}

/** A point of the triangle: parts of each corner, whole numbers that add up to `divisions`. */
export type BarycentricPoint = readonly [number, number, number];

/**
 * The lattice points of a triangle, corners first, then by falling part of the first corner, then of the second. With d
 * divisions there are 3 corners, 3·(d−1) points on the sides and (d−1)·(d−2)/2 inside: 3 + 55 for the default of 12. (The grid
 * of 3 + 49 points in Fuller, Green and Shelhamer 2026, arXiv:2602.02890, is no lattice of this kind: no d gives 49.)
 */
export function ternaryGrid({ divisions = 12, sides = false }: TernaryGridOptions = {}): BarycentricPoint[] {
  if (!Number.isInteger(divisions) || divisions < 3) {
    throw new AnalysisError(`A triangle divided into ${divisions} was asked for.`, 'Give a whole number, 3 or more.');
  }
  const points: BarycentricPoint[] = [
    [divisions, 0, 0],
    [0, divisions, 0],
    [0, 0, divisions],
  ];
  for (let a = divisions - 1; a >= 0; a--) {
    for (let b = divisions - a; b >= 0; b--) {
      const c = divisions - a - b;
      if (Math.max(a, b, c) === divisions || (!sides && Math.min(a, b, c) === 0)) continue;
      points.push([a, b, c]);
    }
  }
  return points;
}

export interface TernaryPoint extends Score {
  /** Share of each of the three models, adding up to 1. */
  readonly at: readonly [number, number, number];
  /** Loss less its linear interpolation between the corners, nats; negative where mixing gains. 0 at the corners. */
  readonly lossExcess: number;
  readonly errorExcess: number;
}

/** Scores the mixtures of three models on a lattice of their triangle. */
export async function measureTernary(
  score: ScoreMixture,
  { models, count }: Triple,
  { signal, ...grid }: TernaryGridOptions & { readonly signal?: AbortSignal } = {},
): Promise<TernaryPoint[]> {
  if (new Set(models).size !== 3 || models.some((model) => !(model >= 0 && model < count))) {
    throw new AnalysisError(
      `A triangle between models ${models.join(', ')} of ${count} was asked for.`,
      'Name three different models of the pool.',
    );
  }
  const scored: { readonly point: BarycentricPoint; readonly found: Score }[] = [];
  for (const point of ternaryGrid(grid)) {
    if (signal?.aborted) throw new CancelledError('The analysis');
    scored.push({ point, found: await score(sharesAt(point, models, count)) });
  }
  const corners = scored.slice(0, 3).map(({ found }) => found);
  return scored.map(({ point, found }) => {
    const whole = point[0] + point[1] + point[2];
    const excess = (of: keyof Score) =>
      corners.reduce((sum, corner, index) => sum + (point[index] ?? 0) * (found[of] - corner[of]), 0) / whole;
    return {
      ...found,
      at: [point[0] / whole, point[1] / whole, point[2] / whole],
      lossExcess: excess('loss'),
      errorExcess: excess('error'),
    };
  });
}

function sharesAt(point: BarycentricPoint, models: Triple['models'], count: number): Shares {
  const shares = Array.from({ length: count }, () => 0);
  for (const [corner, model] of models.entries()) shares[model] = point[corner] ?? 0;
  return shares;
}
