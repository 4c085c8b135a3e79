import type { SoupMethod } from '../method.js';
import { cookChosen } from './choose.js';
import { type PrunedOptions, searchPruned } from './pruned-search.js';

export interface PrunedParameters extends PrunedOptions {
  readonly method: 'pruned';
}

/** All ingredients at first; the worst go while the soup without them scores no worse. */
export const pruned: SoupMethod<PrunedParameters> = {
  title: 'Pruned soup',
  source: 'Dansereau et al., Model soups to increase inference without increasing compute time, 2023, arXiv:2301.10092',
  cook: ({ method: _, ...options }, kitchen) =>
    cookChosen('A pruned soup', kitchen, options.accept, (search) => searchPruned(options, search)),
};
