import { predictedClass, softmax } from '../predictions.js';
import { CompensatedSum } from '../sum.js';
import type { Metric } from './metric.js';

export const ECE_BINS = 15;

/** The bin ((b)/15, (b+1)/15] in which a confidence in (0, 1] lies, by comparison with the edges themselves. */
export function confidenceBin(confidence: number): number {
  let bin = Math.min(ECE_BINS - 1, Math.max(0, Math.ceil(confidence * ECE_BINS) - 1));
  while (bin > 0 && confidence <= bin / ECE_BINS) bin--;
  while (bin < ECE_BINS - 1 && confidence > (bin + 1) / ECE_BINS) bin++;
  return bin;
}

export const ece: Metric = {
  title: 'ECE',
  unit: 'share',
  range: [0, 1],
  better: 'lower',
  definition:
    'Expected calibration error: sum over 15 equal-width bins (lo, hi] of the largest softmax probability, of (examples in bin / n)·|accuracy in bin − mean confidence in bin|.',
  compute(predictions) {
    const probabilities = new Float64Array(predictions.classes);
    const confidence = Array.from({ length: ECE_BINS }, () => new CompensatedSum());
    const right = new Float64Array(ECE_BINS);
    for (let row = 0; row < predictions.n; row++) {
      softmax(predictions, row, probabilities);
      const predicted = predictedClass(predictions, row);
      const sure = probabilities[predicted] ?? 0;
      const bin = confidenceBin(sure);
      confidence[bin]?.add(sure);
      if (predicted === predictions.labels[row]) right[bin] = (right[bin] ?? 0) + 1;
    }
    // n_b/n · |right_b/n_b − confidence_b/n_b| without the division by n_b, which may be 0.
    const gaps = confidence.map((sum, bin) => Math.abs((right[bin] ?? 0) - sum.value));
    return gaps.reduce((total, gap) => total + gap, 0) / predictions.n;
  },
};
