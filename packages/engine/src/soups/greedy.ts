import { cookChosen } from './choosing/choose.js';
import { type GreedyOptions, searchGreedily } from './choosing/greedy-search.js';
import type { SoupMethod } from './method.js';

export interface GreedyParameters extends GreedyOptions {
  readonly method: 'greedy';
}

/**
 * Ingredients in the order of their selection scores, best first, equal ones as the plan lists them; each stays in the
 * soup if the soup with it scores no worse (or better, by the rule) than the best soup so far. Costs one evaluation less
 * than there are ingredients, beyond their own. Options change order, ties, tolerance and patience.
 */
export const greedy: SoupMethod<GreedyParameters> = {
  title: 'Greedy soup',
  source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482, recipe 1',
  cook: ({ method: _, ...options }, kitchen) =>
    cookChosen('A greedy soup', kitchen, options.accept, (search) => searchGreedily(options, search)),
};
