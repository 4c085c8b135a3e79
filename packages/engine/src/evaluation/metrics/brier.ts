import { softmax } from '../predictions.js';
import { CompensatedSum } from '../sum.js';
import type { Metric } from './metric.js';

export const brier: Metric = {
  title: 'Brier',
  unit: 'number',
  range: [0, 2],
  better: 'lower',
  definition:
    'Mean over examples of the sum over classes of (softmax probability − 1[class is the label])²; from 0 to 2 (Brier 1950).',
  compute(predictions) {
    const { n, classes, labels } = predictions;
    const probabilities = new Float64Array(classes);
    const sum = new CompensatedSum();
    for (let row = 0; row < n; row++) {
      softmax(predictions, row, probabilities);
      let squares = 0;
      for (let index = 0; index < classes; index++) {
        const difference = (probabilities[index] ?? 0) - (index === labels[row] ? 1 : 0);
        squares += difference * difference;
      }
      sum.add(squares);
    }
    return sum.value / n;
  },
};
