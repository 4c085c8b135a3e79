import { type Predictions, softmax } from '../predictions.js';

/** How much each example looks like the training data: higher is more familiar. */
export type FamiliarityScore = 'max-softmax' | 'energy';

/** Scores of examples [n] from their logits; the labels are not looked at. */
export const familiarityScores: {
  readonly [Name in FamiliarityScore]: {
    readonly definition: string;
    readonly compute: (predictions: Predictions) => Float64Array;
  };
} = {
  'max-softmax': {
    definition: 'The largest softmax probability (Hendrycks and Gimpel 2017), in (0, 1].',
    compute: (predictions) => {
      const probabilities = new Float64Array(predictions.classes);
      return Float64Array.from({ length: predictions.n }, (_, row) => {
        softmax(predictions, row, probabilities);
        return probabilities.reduce((largest, value) => Math.max(largest, value), 0);
      });
    },
  },
  energy: {
    definition: 'The negative energy log Σ exp(logit), temperature 1 (Liu et al. 2020).',
    compute: (predictions) => {
      const probabilities = new Float64Array(predictions.classes);
      return Float64Array.from({ length: predictions.n }, (_, row) => softmax(predictions, row, probabilities));
    },
  },
};
