import { predictedClass, softmax } from '../predictions.js';
import { CompensatedSum } from '../sum.js';
import type { Metric } from './metric.js';

const BINS = 15;

export const adaptiveEce: Metric = {
  title: 'adaptive ECE',
  unit: 'share',
  range: [0, 1],
  better: 'lower',
  definition:
    'Expected calibration error with equal-mass bins: examples by rising confidence (largest softmax probability) in 15 runs whose sizes differ by at most one, the first ones larger; sum of (examples in run / n)·|accuracy in run − mean confidence in run| (Nguyen and O’Connor 2015; Nixon et al. 2019). Examples of equal confidence share the mean of their correctness, so that their order does not matter.',
  compute(predictions) {
    const { n, classes, labels } = predictions;
    const probabilities = new Float64Array(classes);
    const confidence = new Float64Array(n);
    const right = new Float64Array(n);
    for (let row = 0; row < n; row++) {
      softmax(predictions, row, probabilities);
      const predicted = predictedClass(predictions, row);
      confidence[row] = probabilities[predicted] ?? 0;
      right[row] = predicted === labels[row] ? 1 : 0;
    }
    const order = Uint32Array.from({ length: n }, (_, row) => row).sort(
      (a, b) => (confidence[a] ?? 0) - (confidence[b] ?? 0),
    );
    shareAmongEquals(order, confidence, right);
    let total = 0;
    for (let bin = 0, start = 0; bin < BINS; bin++) {
      const end = start + Math.floor(n / BINS) + (bin < n % BINS ? 1 : 0);
      const gap = new CompensatedSum();
      for (const row of order.subarray(start, end)) gap.add((right[row] ?? 0) - (confidence[row] ?? 0));
      // (size/n)·|accuracy − confidence|, without the division by a size that may be 0.
      total += Math.abs(gap.value);
      start = end;
    }
    return total / n;
  },
};

/** Replaces the correctness of examples with one confidence by their mean. */
function shareAmongEquals(order: Uint32Array, confidence: Float64Array, right: Float64Array): void {
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && confidence[order[end] ?? 0] === confidence[order[start] ?? 0]) end++;
    const rows = order.subarray(start, end);
    const mean = rows.reduce((sum, row) => sum + (right[row] ?? 0), 0) / rows.length;
    for (const row of rows) right[row] = mean;
    start = end;
  }
}
