import { EvaluationError } from '../errors.js';
import { byFalling, checkedFeatures, cosines, type FeatureSet, normalisedFeatures } from './features.js';

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
  const ranked = new Retrieval(bank, queries, options);
  for (let row = 0; row < queries.labels.length; row++) ranked.query(row);
  return ranked.result();
}

/** As `retrieval`, query by query: each is asked once, in any order. */
export class Retrieval {
  readonly #bank: Float64Array;
  readonly #queries: Float64Array;
  readonly #similarity: Float64Array;
  readonly #hits: Map<number, number>;
  #precision = 0;
  #asked = 0;
  #counted = 0;

  constructor(
    readonly bank: FeatureSet,
    readonly queries: FeatureSet,
    readonly options: RetrievalOptions = {},
  ) {
    const size = checkedFeatures(bank, 'The bank');
    const n = checkedFeatures(queries, 'The queries');
    const { width } = bank;
    const { ks = [1, 5, 10], selfExcluded = false } = options;
    if (queries.width !== width || (selfExcluded && size !== n)) {
      throw new EvaluationError(
        `${n} queries of width ${queries.width} do not go with a bank of ${size} of width ${width}.`,
        'Take both from one model; to exclude each query from its own ranking give the same examples twice.',
      );
    }
    [this.#bank, this.#queries] = [normalisedFeatures(bank), normalisedFeatures(queries)];
    this.#similarity = new Float64Array(size);
    this.#hits = new Map(ks.map((k) => [k, 0]));
  }

  query(row: number): void {
    const { bank, queries } = this;
    const { selfExcluded = false } = this.options;
    this.#asked++;
    const ranking = byFalling(cosines(this.#queries, row, this.#bank, bank.width, this.#similarity)).filter(
      (entry) => !(selfExcluded && entry === row),
    );
    let [relevant, precisions, first] = [0, 0, Number.POSITIVE_INFINITY];
    for (const [place, entry] of ranking.entries()) {
      if (bank.labels[entry] !== queries.labels[row]) continue;
      relevant++;
      precisions += relevant / (place + 1);
      first = Math.min(first, place + 1);
    }
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
