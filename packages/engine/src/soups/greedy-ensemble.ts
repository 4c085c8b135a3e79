import { searchGreedyEnsemble } from './choosing/greedy-ensemble.js';
import type { GreedyOptions } from './choosing/greedy-search.js';
import { reported, type Trial } from './choosing/search.js';
import { SoupError } from './errors.js';
import type { SoupMethod } from './method.js';
import type { ReportedTrial } from './trace.js';

export interface GreedyEnsembleParameters extends GreedyOptions {
  readonly method: 'greedy-ensemble';
}

/**
 * The ensemble of those members that greedy chooses by the mean of their logits: a baseline, as dear as what it chose. Options
 * are those of the greedy soup.
 */
export const greedyEnsemble: SoupMethod<GreedyEnsembleParameters> = {
  title: 'Greedy ensemble',
  source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482, tables (baseline)',
  async cook({ method: _, ...options }, { ingredients, answers, signal, onProgress }) {
    if (answers?.logits.length !== ingredients.length) {
      throw new SoupError(
        `A greedy ensemble of ${ingredients.length} models needs what each of them answers, and was given ${answers?.logits.length ?? 0} answers.`,
        'Evaluate every one on the selection benchmark first.',
      );
    }
    const { members, trace } = await searchGreedyEnsemble(options, answers, { signal, onProgress });
    return { mixture: null, members, trace: trace.map(withCacheHits), rule: options.accept };
  },
};

/** An ensemble of copies of models that were averaged before: its score was known. */
function withCacheHits(trial: Trial): ReportedTrial {
  return { ...reported(trial), ...(trial.cached && trial.candidate.length > 1 ? { cached: true } : {}) };
}
