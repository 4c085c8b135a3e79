import { searchGreedyEnsemble } from './choosing/greedy-ensemble.js';
import { recorded } from './choosing/search.js';
import { SoupError } from './errors.js';
import type { SoupMethod } from './method.js';

/** The ensemble of those members that greedy chooses by the mean of their logits: a baseline, as dear as what it chose. */
export const greedyEnsemble: SoupMethod<{ readonly method: 'greedy-ensemble'; readonly accept: '>=' | '>' }> = {
  title: 'Greedy ensemble',
  source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482, tables (baseline)',
  async cook({ accept }, { ingredients, answers, signal, onProgress }) {
    if (answers?.logits.length !== ingredients.length) {
      throw new SoupError(
        `A greedy ensemble of ${ingredients.length} models needs what each of them answers, and was given ${answers?.logits.length ?? 0} answers.`,
        'Evaluate every one on the selection benchmark first.',
      );
    }
    const { members, trace } = await searchGreedyEnsemble({ accept }, answers, { signal, onProgress });
    return { mixture: null, members, trace: trace.map(recorded), rule: accept };
  },
};
