import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';

/** Mean over the batch of −Σ target·log softmax(logits); both [B, classes], each row of targets sums to 1. */
export function softTargetCrossEntropy(b: GraphBuilder, logits: Value, targets: Value): Value {
  const perExample = b.reduceSum(b.mul(targets, b.logSoftmax(logits, { axis: -1 })), { axes: [1], keepdims: false });
  return b.neg(b.reduceMean(perExample, { keepdims: false }));
}

/**
 * Targets [B, classes] of labels: (1 − smoothing) on the label plus smoothing / classes everywhere, as torch's
 * `CrossEntropyLoss(label_smoothing)` means it.
 */
export function smoothedTargets(labels: ArrayLike<number>, classes: number, smoothing: number): Float32Array {
  const targets = new Float32Array(labels.length * classes).fill(smoothing / classes);
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index] ?? -1;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new RangeError(`Label ${label} of example ${index} in the batch is not one of the ${classes} classes.`);
    }
    targets[index * classes + label] = 1 - smoothing + smoothing / classes;
  }
  return targets;
}
