import { pairedCounts } from '../../statistics/index.js';
import { symmetricMatrix } from '../square.js';
import { type PairDiversity, pairDiversity } from './pair-diversity.js';

/** Means over pairs of models; null where no pair has the measure. */
export type MeanDiversity = { readonly [Measure in keyof PairDiversity]: number | null };

/** The diversity of every pair of a pool, and its mean. */
export interface PoolDiversity {
  /** [k][k]; symmetric. On the diagonal a model beside itself. */
  readonly pairs: readonly (readonly PairDiversity[])[];
  /** Over unordered pairs of different models. */
  readonly mean: MeanDiversity;
}

/**
 * Pairwise diversity of a pool from bitmaps of correctness, one bit an example, as evaluations store them. Throws RangeError
 * when a bitmap is not one of n examples.
 */
export function poolDiversity(correct: readonly Uint8Array[], n: number): PoolDiversity {
  const bits = (index: number) => correct[index] ?? new Uint8Array();
  const pairs = symmetricMatrix(correct.length, (row, column) =>
    pairDiversity(pairedCounts(bits(row), bits(column), n)),
  );
  return { pairs, mean: meanDiversity(pairs.flatMap((row, index) => row.slice(index + 1))) };
}

/** The mean of each measure over the pairs that have it. */
export function meanDiversity(pairs: readonly PairDiversity[]): MeanDiversity {
  const mean = (measure: keyof PairDiversity) => {
    const known = pairs.flatMap((pair) => pair[measure] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return {
    disagreement: mean('disagreement'),
    errorCorrelation: mean('errorCorrelation'),
    doubleFault: mean('doubleFault'),
    q: mean('q'),
    kappa: mean('kappa'),
    headroom: mean('headroom'),
  };
}
