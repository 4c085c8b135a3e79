import { pairDiversity } from '@stockpot/engine/analysis/documents';
import { holm, type PairedComparison } from '@stockpot/engine/statistics';
import type { Answered } from './answers.js';
import type { Comparison } from './types.js';

/** Two models on one benchmark, with what their answers showed. */
export function comparisonOf(
  labId: string,
  first: Answered,
  second: Answered,
  { counts, difference, low, high, p, test }: PairedComparison,
): Comparison {
  const { disagreement, errorCorrelation, kappa } = pairDiversity(counts);
  return {
    labId,
    benchmarkId: first.benchmarkId,
    firstId: first.modelId,
    secondId: second.modelId,
    n: first.n,
    versions: first.versions,
    firstTop1: first.top1,
    secondTop1: second.top1,
    spent: first.spent || second.spent,
    ...counts,
    ...{ difference, low, high, p, test, disagreement, errorCorrelation, kappa },
  };
}

/** Comparisons that are read together, each with its p-value adjusted by Holm among them, in the order given. */
export function readTogether<C extends { readonly p: number }>(
  comparisons: readonly C[],
): (C & { readonly adjustedP: number })[] {
  const adjusted = holm(comparisons.map(({ p }) => p));
  return comparisons.map((comparison, index) => ({ ...comparison, adjustedP: adjusted[index] ?? 1 }));
}
