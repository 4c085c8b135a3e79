/** What ONNX has as one operator and some device has not: written with operators that every device has. */
import type { GraphBuilder } from './builder.js';
import type { Value } from './graph.js';
import { normalizeAxis } from './shape.js';

/** Numbers [C] of each channel. */
export interface BatchNormalizationParameters {
  readonly scale: Value;
  readonly bias: Value;
  readonly mean: Value;
  readonly variance: Value;
}

/** WebGPU has no LogSoftmax kernel. */
export function logSoftmax(b: GraphBuilder, x: Value, { axis = -1 }: { axis?: number }): Value {
  // The shift cancels in the result, so no gradient needs to flow through it.
  const shifted = b.sub(x, b.stopGradient(b.reduceMax(x, { axes: [axis] })));
  return b.sub(shifted, b.log(b.reduceSum(b.exp(shifted), { axes: [axis] })));
}

/** ONNX has RMSNormalization from opset 23 on. */
export function rmsNormalization(
  b: GraphBuilder,
  x: Value,
  scale: Value,
  { axis = -1, epsilon = 1e-5 }: { axis?: number; epsilon?: number },
): Value {
  const first = normalizeAxis(axis, x.shape.length) ?? 0;
  const axes = x.shape.slice(first).map((_, i) => first + i);
  const square = b.reduceMean(b.mul(x, x), { axes });
  return b.mul(b.div(x, b.sqrt(b.add(square, epsilon))), scale);
}

/**
 * x [N, C, …] normalised by the mean and the biased variance of each channel over the batch. The running statistics become
 * momentum · running + (1 − momentum) · batch, as ONNX has it (PyTorch counts the other way round, and runs the unbiased
 * variance). No gradient flows through the running statistics.
 */
export function batchNormalizationTraining(
  b: GraphBuilder,
  x: Value,
  { scale, bias, mean, variance }: BatchNormalizationParameters,
  { epsilon = 1e-5, momentum = 0.9 }: { epsilon?: number; momentum?: number },
): { y: Value; mean: Value; variance: Value } {
  const axes = x.shape.flatMap((_, i) => (i === 1 ? [] : [i]));
  const line = x.shape.map((n, i) => (i === 1 ? n : 1));
  const batchMean = b.reduceMean(x, { axes });
  const centred = b.sub(x, batchMean);
  const batchVariance = b.reduceMean(b.mul(centred, centred), { axes });
  const normalised = b.div(centred, b.sqrt(b.add(batchVariance, epsilon)));
  const moved = (running: Value, batch: Value) => {
    const target = b.reshape(b.stopGradient(batch), running.shape);
    return b.add(b.mul(b.stopGradient(running), momentum), b.mul(target, 1 - momentum));
  };
  return {
    y: b.add(b.mul(normalised, b.reshape(scale, line)), b.reshape(bias, line)),
    mean: moved(mean, batchMean),
    variance: moved(variance, batchVariance),
  };
}
