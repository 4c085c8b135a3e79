import { type Predictions, softmax } from '../../evaluation/predictions.js';

/** The negative log-likelihood of each row's label, nats. Their mean is the metric `nll`. */
export function rowLosses(predictions: Predictions): Float64Array {
  const { n, classes, logits, labels } = predictions;
  const room = new Float64Array(classes);
  return Float64Array.from({ length: n }, (_, row) =>
    Math.max(0, softmax(predictions, row, room) - (logits[row * classes + (labels[row] ?? 0)] ?? 0)),
  );
}
