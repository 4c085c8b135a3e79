import { EvaluationError } from '../errors.js';
import { checkedFeatures, cosines, type FeatureSet, normalisedFeatures } from './features.js';

export interface RetrievalResult {
  /** Mean over the counted queries of the average precision, in 0 … 1. */
  readonly map: number;
  /** For each asked k the share of counted queries with a relevant example among their k nearest. */
  readonly recall: ReadonlyMap<number, number>;
  /** Queries behind the numbers: those for which the bank holds something relevant. */
  readonly n: number;
  /** Queries left out because nothing in the bank has their label. */
  readonly withoutRelevant: number;
}

export interface RetrievalOptions {
  readonly ks?: readonly number[];
  /** Bank and queries are the same examples in the same order: an example does not find itself. */
  readonly selfExcluded?: boolean;
}

/**
 * Retrieval by cosine: an example of the bank is relevant when it has the query's label. Average precision is the mean over
 * relevant examples of the precision at their place in the whole ranking; recall at k is 1 for a query that finds any among its
 * first k (as in Musgrave et al. 2020, not the share of all relevant ones). Of equal cosines the earlier bank entry is first.
 */
export function retrieval(bank: FeatureSet, queries: FeatureSet, options: RetrievalOptions = {}): RetrievalResult {
  const size = checkedFeatures(bank, 'The bank');
  const n = checkedFeatures(queries, 'The queries');
  const { width } = bank;
  if (queries.width !== width || (options.selfExcluded && size !== n)) {
    throw new EvaluationError(
      `${n} queries of width ${queries.width} do not go with a bank of ${size} of width ${width}.`,
      'Take both from one model; to exclude each query from its own ranking give the same examples twice.',
    );
  }
  const [from, to] = [normalisedFeatures(bank), normalisedFeatures(queries)];
  const similarity = new Float64Array(size);
  const ranked = new Retrieval(bank.labels, options);
  for (let row = 0; row < n; row++) {
    ranked.query(cosines(to, row, from, width, similarity), queries.labels[row] ?? -1, row);
  }
  return ranked.result();
}

/** As `retrieval`, query by query, by cosines that are given. */
export class Retrieval {
  readonly #labels: ArrayLike<number>;
  readonly #selfExcluded: boolean;
  readonly #hits: Map<number, number>;
  #precision = 0;
  #asked = 0;
  #counted = 0;

  /** @param labels of the bank */
  constructor(labels: ArrayLike<number>, { ks = [1, 5, 10], selfExcluded = false }: RetrievalOptions = {}) {
    this.#labels = labels;
    this.#selfExcluded = selfExcluded;
    this.#hits = new Map(ks.map((k) => [k, 0]));
  }

  /**
   * @param similarity its cosine with each entry of the bank
   * @param label its class
   * @param self the entry that it is itself, where it is one: left out if selfExcluded
   */
  query(similarity: Float64Array, label: number, self: number): void {
    this.#asked++;
    const [relevant, precisions, first] = precisionsOf(
      placesOf(similarity, this.#labels, label, this.#selfExcluded ? self : -1),
    );
    if (relevant === 0) return;
    this.#counted++;
    this.#precision += precisions / relevant;
    for (const [k, count] of this.#hits) if (first <= k) this.#hits.set(k, count + 1);
  }

  result(): RetrievalResult {
    const counted = this.#counted;
    if (counted === 0) {
      throw new EvaluationError(
        'No query has a relevant example in the bank, so there is nothing to retrieve.',
        'Use queries and a bank with labels in common.',
      );
    }
    return {
      map: this.#precision / counted,
      recall: new Map([...this.#hits].map(([k, count]) => [k, count / counted])),
      n: counted,
      withoutRelevant: this.#asked - counted,
    };
  }
}

/** The places, from 1 and rising, of the relevant entries in the ranking of all; only the cosines are sorted, which is fast. */
function placesOf(similarity: Float64Array, labels: ArrayLike<number>, label: number, self: number): number[] {
  const rising = similarity.slice().sort();
  const own = self < 0 ? Number.NEGATIVE_INFINITY : (similarity[self] ?? 0);
  const places: number[] = [];
  for (let entry = 0; entry < similarity.length; entry++) {
    if (labels[entry] !== label || entry === self) continue;
    const cosine = similarity[entry] ?? 0;
    const upTo = firstAbove(rising, cosine);
    const tied = upTo > 1 && rising[upTo - 2] === cosine;
    const before = rising.length - upTo + (tied ? equalBefore(similarity, entry) : 0);
    const selfBefore = own > cosine || (own === cosine && self >= 0 && self < entry);
    places.push(before + 1 - (selfBefore ? 1 : 0));
  }
  return places.sort((a, b) => a - b);
}

/** The first position of a rising list that is above a value; its length where none is. */
function firstAbove(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many earlier entries are as near: of equal cosines the earlier entry is first. */
function equalBefore(similarity: Float64Array, entry: number): number {
  let count = 0;
  for (let other = 0; other < entry; other++) if (similarity[other] === similarity[entry]) count++;
  return count;
}

function precisionsOf(places: readonly number[]): readonly [relevant: number, sum: number, first: number] {
  const sum = places.reduce((total, place, index) => total + (index + 1) / place, 0);
  return [places.length, sum, places[0] ?? Number.POSITIVE_INFINITY];
}
