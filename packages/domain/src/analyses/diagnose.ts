import { diagnoseGreedy } from '@stockpot/engine/analysis/documents';
import type { Model } from '../models/types.js';
import { trialOf } from './load-evidence.js';
import type { SoupDiagnosis, SoupEvidence } from './types.js';

/**
 * Why a greedy soup kept what it kept, from stored scores, answers and learning rates. Null for other methods, and where an
 * ingredient was not scored on the selection benchmark.
 */
export function diagnose(evidence: SoupEvidence): SoupDiagnosis | null {
  const { method, acceptRule, pool, n, rows, trace } = evidence;
  const scores = all(evidence.scores);
  if (method !== 'greedy' || acceptRule === null || scores === null) return null;
  const differing = all(evidence.differing);
  const learningRates = all(pool.map(learningRateOf));
  return diagnoseGreedy({
    trace: trace.map(trialOf),
    rule: acceptRule,
    names: pool.map(({ name }) => name),
    scores,
    n,
    rows,
    ...(differing === null ? {} : { differing }),
    ...(learningRates === null ? {} : { learningRates }),
  });
}

function learningRateOf(model: Model): number | null {
  const lr = model.kind === 'ingredient' ? model.hyperparameters.lr : null;
  return typeof lr === 'number' && lr > 0 ? lr : null;
}

/** The values when none is missing. */
export function all<T>(values: readonly (T | null)[]): T[] | null {
  const there = values.flatMap((value) => (value === null ? [] : [value]));
  return there.length === values.length ? there : null;
}
