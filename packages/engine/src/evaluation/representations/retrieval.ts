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
export function retrieval(
  bank: FeatureSet,
  queries: FeatureSet,
  { ks = [1, 5, 10], selfExcluded = false }: RetrievalOptions = {},
): RetrievalResult {
  const size = checkedFeatures(bank, 'The bank');
  const n = checkedFeatures(queries, 'The queries');
  const { width } = bank;
  if (queries.width !== width || (selfExcluded && size !== n)) {
    throw new EvaluationError(
      `${n} queries of width ${queries.width} do not go with a bank of ${size} of width ${width}.`,
      'Take both from one model; to exclude each query from its own ranking give the same examples twice.',
    );
  }
  const [from, to] = [normalisedFeatures(bank), normalisedFeatures(queries)];
  const similarity = new Float64Array(size);
  const hits = new Map(ks.map((k) => [k, 0]));
  let [sum, counted] = [0, 0];
  for (let row = 0; row < n; row++) {
    const ranking = byFalling(cosines(to, row, from, width, similarity)).filter((e) => !(selfExcluded && e === row));
    let [relevant, precisions, first] = [0, 0, Number.POSITIVE_INFINITY];
    for (const [place, entry] of ranking.entries()) {
      if (bank.labels[entry] !== queries.labels[row]) continue;
      relevant++;
      precisions += relevant / (place + 1);
      first = Math.min(first, place + 1);
    }
    if (relevant === 0) continue;
    counted++;
    sum += precisions / relevant;
    for (const k of ks) if (first <= k) hits.set(k, (hits.get(k) ?? 0) + 1);
  }
  if (counted === 0) {
    throw new EvaluationError(
      'No query has a relevant example in the bank, so there is nothing to retrieve.',
      'Use queries and a bank with labels in common.',
    );
  }
  return {
    map: sum / counted,
    recall: new Map([...hits].map(([k, count]) => [k, count / counted])),
    n: counted,
    withoutRelevant: n - counted,
  };
}
