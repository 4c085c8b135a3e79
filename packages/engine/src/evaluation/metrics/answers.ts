/** @file What answers alone are worth, without their confidence: the tasks of GLUE are scored so. */
import { spearman as rankCorrelation } from '../../statistics/correlation.js';
import { f1 as f1Of, macroF1 as macroF1Of } from '../agreement/f1.js';
import { matthews as matthewsOf } from '../agreement/matthews.js';
import { type Predictions, predictedClass, softmax } from '../predictions.js';
import type { Metric } from './metric.js';

const answers = (predictions: Predictions) =>
  Uint32Array.from({ length: predictions.n }, (_, row) => predictedClass(predictions, row));

export const f1: Metric = {
  title: 'F1',
  unit: 'share',
  range: [0, 1],
  better: 'higher',
  definition:
    'Of two classes: 2·tp / (2·tp + fp + fn) of class 1, the harmonic mean of precision and recall; 0 where class 1 is neither answered nor true.',
  compute: (predictions) => f1Of(answers(predictions), predictions.labels),
};

export const macroF1: Metric = {
  title: 'macro F1',
  unit: 'share',
  range: [0, 1],
  better: 'higher',
  definition: 'Unweighted mean of the F1 scores of all classes that are answered or true.',
  compute: (predictions) => macroF1Of(answers(predictions), predictions.labels),
};

export const matthews: Metric = {
  title: 'Matthews',
  unit: 'number',
  range: [-1, 1],
  better: 'higher',
  definition:
    'Correlation coefficient of answers and labels for any number of classes (Matthews 1975, Gorodkin 2004); 0 where one side has a single class.',
  // Rounding may leave a perfect correlation a bit above 1.
  compute: (predictions) => Math.max(-1, Math.min(1, matthewsOf(answers(predictions), predictions.labels))),
};

export const spearman: Metric<number | null> = {
  title: 'Spearman',
  unit: 'number',
  range: [-1, 1],
  better: 'higher',
  definition:
    'Of classes in an order: rank correlation (Spearman 1904) of the expected class Σ k·p(k) with the label, equal values sharing the mean of their ranks; not given where one side is constant.',
  compute(predictions) {
    const probabilities = new Float64Array(predictions.classes);
    const expected = Float64Array.from({ length: predictions.n }, (_, row) => {
      softmax(predictions, row, probabilities);
      return probabilities.reduce((sum, probability, index) => sum + index * probability, 0);
    });
    return predictions.n < 2 ? null : rankCorrelation(expected, predictions.labels);
  },
};
