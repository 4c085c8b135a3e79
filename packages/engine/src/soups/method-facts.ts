/** @file What people are told of a method of making soups, whichever table it is a row of. Pure. */
import { mixingMethods } from './methods/index.js';
import { dataMethods, isDataMethod } from './on-data/data-methods.js';

export interface SoupMethodFacts {
  /** For people, e.g. 'Greedy soup'. */
  readonly title: string;
  /** Where the method comes from: authors, venue, identifier. */
  readonly source: string;
  /** In a line of text. */
  readonly formula: string;
}

/** The same weights as the soup that it is made of. */
const BATCH_NORM: SoupMethodFacts = {
  title: 'Batch normalisation estimated again',
  source: 'Izmailov et al., Averaging weights leads to wider optima, UAI 2018, arXiv:1803.05407',
  formula: 'running statistics = mean over batches of the statistics of each',
};

/** Null for a method that this version does not know. */
export function soupMethodFacts(method: string): SoupMethodFacts | null {
  if (method === 'batchnorm') return BATCH_NORM;
  const row = isDataMethod(method)
    ? dataMethods[method]
    : Object.hasOwn(mixingMethods, method) && mixingMethods[method];
  return row ? { title: row.title, source: row.source, formula: row.formula } : null;
}
