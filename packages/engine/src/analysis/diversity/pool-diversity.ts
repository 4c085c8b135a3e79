import { pairedCounts } from '../../statistics/index.js';
import { symmetricMatrix } from '../square.js';
import { type PairDiversity, pairDiversity } from './pair-diversity.js';

/** The diversity of every pair of a pool, and its mean. */
export interface PoolDiversity {
  /** [k][k]; symmetric. On the diagonal a model beside itself. */
  readonly pairs: readonly (readonly PairDiversity[])[];
  /** Means over unordered pairs of different models; null for fewer than two models, or where no pair has the measure. */
  readonly mean: { readonly [Measure in keyof PairDiversity]: number | null };
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
  const different = pairs.flatMap((row, index) => row.slice(index + 1));
  const mean = (measure: keyof PairDiversity) => {
    const known = different.flatMap((pair) => pair[measure] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return {
    pairs,
    mean: {
      disagreement: mean('disagreement'),
      errorCorrelation: mean('errorCorrelation'),
      doubleFault: mean('doubleFault'),
      q: mean('q'),
      kappa: mean('kappa'),
      headroom: mean('headroom'),
    },
  };
}
