import type { FeatureSet } from '../../evaluation/representations/features.js';
import { type KnnOptions, weightedKnn } from '../../evaluation/representations/knn.js';
import type { ImageArchitecture } from '../../models/architecture.js';
import { featureExtractor, type InferenceOptions } from '../../training/inference.js';
import type { Candidate } from '../method.js';
import type { LessonExamples } from './lessons.js';

/** Images with the class of each. */
export interface LabelledExamples extends LessonExamples {
  readonly labels: ArrayLike<number>;
}

/** Images of which features are in memory at a time. */
const CHUNK = 500;

/**
 * The score of instant seasoning: which share of the queries the weighted kNN of the bank gets right, on the features of the
 * candidate. Bank and queries should be disjoint: an image that votes for itself says nothing.
 */
export function knnScore(
  architecture: ImageArchitecture,
  { bank, queries, ...knn }: KnnOptions & { readonly bank: LabelledExamples; readonly queries: LabelledExamples },
  options: InferenceOptions,
): (candidate: Candidate) => Promise<number> {
  return async ({ tensors }) => {
    const network = await featureExtractor(tensors, architecture, options);
    try {
      const featuresOf = async ({ count, labels, images }: LabelledExamples): Promise<FeatureSet> => {
        const features = new Float32Array(count * network.width);
        for (let start = 0; start < count; start += CHUNK) {
          const places = Array.from({ length: Math.min(CHUNK, count - start) }, (_, at) => start + at);
          features.set(await network.run(Float32Array.from(await images(places))), start * network.width);
        }
        return { features, width: network.width, labels };
      };
      return weightedKnn(await featuresOf(bank), await featuresOf(queries), knn).accuracy;
    } finally {
      await network.dispose();
    }
  };
}
