import type { PairDiversity } from '@stockpot/engine/analysis/documents';
import type { PairedComparison, PairedCounts } from '@stockpot/engine/statistics';
import { z } from 'zod';
import { labRef, objectId } from '../page.js';

/** Two models on the examples of one benchmark. What is "first less second" is positive where the first is better. */
export interface Comparison
  extends PairedCounts,
    Pick<PairedComparison, 'difference' | 'low' | 'high' | 'p' | 'test'>,
    Pick<PairDiversity, 'disagreement' | 'errorCorrelation' | 'kappa'> {
  readonly labId: string;
  readonly benchmarkId: string;
  readonly firstId: string;
  readonly secondId: string;
  /** Independent examples; of a corruption benchmark the images before corruption. */
  readonly n: number;
  /** How often each of them was scored: 1, or the cells of the grid. The four counts are over n × versions. */
  readonly versions: number;
  readonly firstTop1: number;
  readonly secondTop1: number;
  /**
   * One of the two was chosen on this split, itself or what it was mixed of, or as the best ingredient of a pool: the difference flatters
   * it, and decides nothing.
   */
  readonly spent: boolean;
}

export const getComparisonInput = z.object({ benchmark: objectId, first: objectId, second: objectId });
const pair = z.object({ first: objectId, second: objectId });
/** Pairs of models of one lab, on every benchmark that both were evaluated on. */
export const manyComparisonsInput = z.object({ lab: labRef, pairs: z.array(pair).max(200) });
