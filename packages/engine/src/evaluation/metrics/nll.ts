import { softmax } from '../predictions.js';
import { CompensatedSum } from '../sum.js';
import type { Metric } from './metric.js';

export const nll: Metric = {
  title: 'NLL',
  unit: 'nats',
  range: [0, null],
  better: 'lower',
  definition: 'Mean of −log(softmax probability of the label), in nats.',
  compute(predictions) {
    const { n, classes, logits, labels } = predictions;
    const probabilities = new Float64Array(classes);
    const sum = new CompensatedSum();
    for (let row = 0; row < n; row++) {
      // From the logarithm of the sum, not of the probability: that would be −∞ once a probability underflows.
      sum.add(softmax(predictions, row, probabilities) - (logits[row * classes + (labels[row] ?? 0)] ?? 0));
    }
    return Math.max(0, sum.value / n);
  },
};
