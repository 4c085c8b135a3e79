import type { SoupMethod } from '../method.js';
import { cookChosen } from './choose.js';
import { type GreedierOptions, searchGreedier } from './greedier-search.js';

export interface GreedierParameters extends GreedierOptions {
  readonly method: 'greedier';
}

/** Every turn adds the best of all ingredients that may still be added: dearer than greedy, independent of any order. */
export const greedier: SoupMethod<GreedierParameters> = {
  title: 'Greedier soup',
  source: 'Stockpot: the greedy soup of Wortsman et al. (arXiv:2203.05482) with every candidate tried at every turn',
  cook: ({ method: _, ...options }, kitchen) =>
    cookChosen('A greedier soup', kitchen, options.accept, (search) => searchGreedier(options, search)),
};
