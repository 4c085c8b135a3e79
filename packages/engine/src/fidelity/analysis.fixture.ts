import {
  ckaDifference,
  clusteringDifference,
  detectableDifferenceDifference,
  diversityDifference,
  geometryDifference,
} from '../analysis/oracle.fixture.js';
import type { FidelityRow } from './row.fixture.js';

const row = (subject: string, quantity: string, oracle: string, bound: number, measure: () => number): FidelityRow => ({
  subject,
  quantity,
  oracle,
  difference: 'absolute',
  bound,
  measure,
});

/** What analyses of a pool compute, beside scipy and definitions written down in NumPy. */
export const analysisRows: readonly FidelityRow[] = [
  row(
    'Average linkage of 2, 5 and 9 models',
    'heights and cophenetic distances',
    'scipy 1.17.1',
    1e-14,
    clusteringDifference,
  ),
  row('Linear CKA, whole and in batches', 'similarity', 'definitions in NumPy 2.4.6', 1e-12, ckaDifference),
  row(
    'Diversity of two models',
    'φ, κ, disagreement, double fault, Cohen’s κ',
    'NumPy 2.4.6',
    1e-14,
    diversityDifference,
  ),
  row('Three models around a stock', 'distances, cosines, angles', 'NumPy 2.4.6', 1e-12, geometryDifference),
  row(
    'Smallest detectable difference',
    'difference in accuracy',
    'scipy 1.17.1',
    1e-12,
    detectableDifferenceDifference,
  ),
];
