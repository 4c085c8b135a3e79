import type { Labels } from '../data/split.js';
import { EvaluationError } from './errors.js';

/** What a model said of n examples, and what is true of them. */
export interface Predictions {
  readonly n: number;
  readonly classes: number;
  /** [n, classes], finite. */
  readonly logits: Float32Array | Float64Array;
  /** [n], each in 0 … classes−1. */
  readonly labels: Labels;
}

/** Checks sizes, labels and numbers once, so that no metric has to. Throws EvaluationError naming the first bad row. */
export function predictions(logits: Float32Array | Float64Array, labels: Labels, classes: number): Predictions {
  const n = labels.length;
  if (n === 0 || classes < 1 || logits.length !== n * classes) {
    throw new EvaluationError(
      `${logits.length} logits do not make ${n} examples of ${classes} classes.`,
      'Check that the model has as many classes as the dataset, and that the benchmark has examples.',
    );
  }
  for (let row = 0; row < n; row++) {
    const label = labels[row] ?? 0;
    if (label >= classes) {
      throw new EvaluationError(
        `Example ${row} has the label ${label}, but the model has ${classes} classes.`,
        'Use a model with a head for every class of the dataset.',
      );
    }
    for (let at = row * classes; at < (row + 1) * classes; at++) {
      if (!Number.isFinite(logits[at])) {
        throw new EvaluationError(
          `The model answers example ${row} with ${logits[at]} for class ${at - row * classes}.`,
          'Its weights diverged: leave this model out, or train it with a lower learning rate.',
        );
      }
    }
  }
  return { n, classes, logits, labels };
}

/** The class of the largest logit; the lowest class where several are equal. */
export function predictedClass({ logits, classes }: Pick<Predictions, 'logits' | 'classes'>, row: number): number {
  const start = row * classes;
  let best = 0;
  for (let index = 1; index < classes; index++) {
    if ((logits[start + index] ?? 0) > (logits[start + best] ?? 0)) best = index;
  }
  return best;
}

/**
 * The softmax of one row in f64, shifted by the largest logit so that nothing overflows.
 *
 * @param target receives `classes` probabilities
 * @returns the logarithm of the sum of the row's exponentials
 */
export function softmax(
  { logits, classes }: Pick<Predictions, 'logits' | 'classes'>,
  row: number,
  target: Float64Array,
): number {
  const start = row * classes;
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < classes; index++) largest = Math.max(largest, logits[start + index] ?? 0);
  let sum = 0;
  for (let index = 0; index < classes; index++) {
    const exponential = Math.exp((logits[start + index] ?? 0) - largest);
    target[index] = exponential;
    sum += exponential;
  }
  for (let index = 0; index < classes; index++) target[index] = (target[index] ?? 0) / sum;
  return largest + Math.log(sum);
}
