import type { JsonObject } from '../../json.js';
import { searchGreedier } from '../choosing/greedier-search.js';
import { searchGreedily } from '../choosing/greedy-search.js';
import { searchPruned } from '../choosing/pruned-search.js';
import type { Choice, SearchKitchen } from '../choosing/search.js';
import { type DataMethod, dataMethods } from './data-methods.js';

/** A search as its row of the table and a seed make it. Pure: it knows neither files nor networks. */
export type Search = (kitchen: SearchKitchen) => Promise<Choice>;
type SearchOf = (given: JsonObject, seed: number) => Search;

/** The methods that search among ingredients by their scores. */
export const searches = {
  greedy: search(dataMethods.greedy, (options, seed) => (kitchen) => searchGreedily({ ...options, seed }, kitchen)),
  'random-order': search(
    dataMethods['random-order'],
    (options, seed) => (kitchen) => searchGreedily({ ...options, order: 'random', seed }, kitchen),
  ),
  greedier: search(dataMethods.greedier, (options) => (kitchen) => searchGreedier(options, kitchen)),
  pruned: search(dataMethods.pruned, (options) => (kitchen) => searchPruned(options, kitchen)),
} satisfies Readonly<Record<string, SearchOf>>;

export function isSearch(name: string): name is keyof typeof searches {
  return Object.hasOwn(searches, name);
}

function search<Parameters extends JsonObject>(
  method: DataMethod<Parameters>,
  made: (parameters: Parameters, seed: number) => Search,
): SearchOf {
  return (given, seed) => made(method.complete(given), seed);
}
