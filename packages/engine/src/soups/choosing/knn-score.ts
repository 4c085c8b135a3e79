import type { FeatureSet } from '../../evaluation/representations/features.js';
import { type KnnOptions, weightedKnn } from '../../evaluation/representations/knn.js';
import type { InferenceOptions } from '../../training/inference.js';
import type { Candidate } from '../method.js';
import type { Shown } from '../shown/shown.js';

/** Some of the examples that a model is shown, with the class of each. */
export interface LabelledPlaces {
  readonly places: readonly number[];
  readonly labels: ArrayLike<number>;
}

/**
 * The score of instant seasoning: which share of the queries the weighted kNN of the bank gets right, on the features of the
 * candidate. Bank and queries should be disjoint: an example that votes for itself says nothing.
 */
export function knnScore(
  shown: Pick<Shown, 'extractor'>,
  { bank, queries, ...knn }: KnnOptions & { readonly bank: LabelledPlaces; readonly queries: LabelledPlaces },
  options: InferenceOptions,
): (candidate: Candidate) => Promise<number> {
  return async ({ tensors }) => {
    await using network = await shown.extractor(tensors, options);
    const featuresOf = async ({ places, labels }: LabelledPlaces): Promise<FeatureSet> => {
      return { features: await network.of(places), width: network.width, labels };
    };
    return weightedKnn(await featuresOf(bank), await featuresOf(queries), knn).accuracy;
  };
}
