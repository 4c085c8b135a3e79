import { normalizeAxis, sizeOf } from '../../../graph/shape.js';
import type { Evaluate } from '../evaluate.js';
import { linesAlong } from '../indexing.js';

/** exp(x − max) / Σ exp(x − max) along the axis. */
export const softmax: Evaluate<'Softmax'> = (context) => {
  const { shape, data } = context.input(0);
  const result = new Float64Array(data.length);
  const { starts, stride, length } = linesAlong(shape, normalizeAxis(context.attributes.axis, shape.length) ?? 0);
  for (const start of starts) {
    const line = Float64Array.from({ length }, (_, i) => data[start + i * stride] ?? 0);
    const largest = line.reduce((most, x) => Math.max(most, x), -Infinity);
    const powers = line.map((x) => Math.exp(x - largest));
    const sum = powers.reduce((total, x) => total + x, 0);
    for (const [i, power] of powers.entries()) result[start + i * stride] = power / sum;
  }
  return [result];
};

/** (x − mean) / √(variance + ε) · scale + bias over the trailing axes, with the biased variance. */
export const layerNormalization: Evaluate<'LayerNormalization'> = (context) => {
  const { shape, data } = context.input(0);
  const axis = normalizeAxis(context.attributes.axis, shape.length) ?? 0;
  const group = sizeOf(shape.slice(axis));
  const groups = sizeOf(shape.slice(0, axis));
  const scale = context.input(1);
  const bias = context.optional(2);
  const result = new Float64Array(data.length);
  const means = new Float64Array(groups);
  const inverses = new Float64Array(groups);
  for (let row = 0; row < groups; row++) {
    const values = data.subarray(row * group, (row + 1) * group);
    const mean = values.reduce((sum, x) => sum + x, 0) / group;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / group;
    const inverse = 1 / Math.sqrt(variance + context.attributes.epsilon);
    means[row] = mean;
    inverses[row] = inverse;
    for (const [i, x] of values.entries()) {
      // Parameters that are smaller than the group repeat along its leading axes.
      const shift = bias === null ? 0 : (bias.data[i % bias.data.length] ?? 0);
      result[row * group + i] = (x - mean) * inverse * (scale.data[i % scale.data.length] ?? 0) + shift;
    }
  }
  return [result, means, inverses];
};

/** (x − mean) / √(variance + ε) · scale + bias with the given numbers of each channel. */
export const batchNormalization: Evaluate<'BatchNormalization'> = (context) => {
  const { shape, data } = context.input(0);
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => context.input(index).data);
  const area = sizeOf(shape.slice(2));
  return [
    data.map((x, i) => {
      const channel = Math.floor(i / area) % (shape[1] ?? 1);
      const deviation = Math.sqrt((variance?.[channel] ?? 0) + context.attributes.epsilon);
      return ((x - (mean?.[channel] ?? 0)) / deviation) * (scale?.[channel] ?? 0) + (bias?.[channel] ?? 0);
    }),
  ];
};
