import type { GraphBuilder, Value } from '../../graph/index.js';
import { dimension, normalizeAxis, sizeOf } from '../../graph/shape.js';
import { GradientError } from '../errors.js';
import { reduceToShape } from '../reduce-to-shape.js';
import type { GradientContext, GradientRule } from '../rule.js';

/** y·(g − Σ g·y) along the axis. */
export const softmax: GradientRule<'Softmax'> = (context) => {
  const { b, gradient } = context;
  const y = context.output();
  const weighted = b.reduceSum(b.mul(gradient, y), { axes: [context.attributes.axis] });
  return [b.mul(y, b.sub(gradient, weighted))];
};

/**
 * With c = x − mean, u = g·invStd and D elements a group:
 * dx = u·scale − mean(u·scale) − c·invStd²·mean(u·c·scale), dscale = Σ u·c, dbias = Σ g.
 * The mean and invStd of the forward pass are reused, and when one axis is normalised the two means are products with the
 * vector scale/D, which need no element-wise pass of their own.
 */
export const layerNormalization: GradientRule<'LayerNormalization'> = (context) => {
  const { b, attributes } = context;
  const [main = null] = context.gradients;
  if (main === null) return [context.when(0, () => throughStatistics(context, null)), null, null];
  const gradient = main;
  const x = context.input(0);
  const scale = context.input(1);
  const axis = normalizeAxis(attributes.axis, x.shape.length) ?? 0;
  const { centred, inverse } = statistics(context, axis);
  const u = b.mul(gradient, inverse);
  const uc = b.mul(u, centred);
  const mean = groupMean(b, scale, axis, x);
  return [
    context.when(0, () => {
      const slope = b.mul(b.mul(inverse, inverse), mean(uc));
      return throughStatistics(context, b.sub(b.sub(b.mul(u, scale), mean(u)), b.mul(centred, slope)));
    }),
    context.when(1, () => reduceToShape(b, uc, scale.shape)),
    context.when(2, () => reduceToShape(b, gradient, context.input(2).shape)),
  ];
};

/**
 * `direct` and what arrives by way of the two statistics: dmean/D − dinvStd·invStd³·c/D. (invStd is −½·(variance + ε)^(−3/2)
 * steep and the variance 2·c/D.)
 */
function throughStatistics(context: GradientContext<'LayerNormalization'>, direct: Value | null): Value {
  const { b, attributes, gradients } = context;
  const [, byMean = null, byInverse = null] = gradients;
  const x = context.input(0);
  const axis = normalizeAxis(attributes.axis, x.shape.length) ?? 0;
  const share = 1 / sizeOf(x.shape.slice(axis));
  let sum = direct;
  if (byMean !== null) {
    const spread = b.expand(b.mul(b.cast(byMean, x.dtype), share), x.shape);
    sum = sum === null ? spread : b.add(sum, spread);
  }
  if (byInverse !== null) {
    const { centred, inverse } = statistics(context, axis);
    const cube = b.mul(inverse, b.mul(inverse, inverse));
    const slope = b.mul(centred, b.mul(b.mul(b.cast(byInverse, x.dtype), cube), -share));
    sum = sum === null ? slope : b.add(sum, slope);
  }
  if (sum === null) throw new GradientError('LayerNormalization gets no gradient for any output.', 'Report this.');
  return sum;
}

/** x − mean and 1/√(variance + ε). The forward pass keeps them in f32, too coarse for f64, which computes them again. */
function statistics(
  context: GradientContext<'LayerNormalization'>,
  axis: number,
): Record<'centred' | 'inverse', Value> {
  const { b } = context;
  const x = context.input(0);
  if (x.dtype !== 'f64') {
    return {
      centred: b.sub(x, b.cast(context.output(1), x.dtype)),
      inverse: b.cast(context.output(2), x.dtype),
    };
  }
  const axes = x.shape.slice(axis).map((_, i) => axis + i);
  const centred = b.sub(x, b.reduceMean(x, { axes }));
  const variance = b.reduceMean(b.mul(centred, centred), { axes });
  return { centred, inverse: b.reciprocal(b.sqrt(b.add(variance, context.attributes.epsilon))) };
}

/** value ↦ mean(value·scale) over the normalised axes, kept with size 1. */
function groupMean(b: GraphBuilder, scale: Value, axis: number, x: Value): (value: Value) => Value {
  const axes = x.shape.slice(axis).map((_, i) => axis + i);
  const count = sizeOf(x.shape.slice(axis));
  if (axes.length === 1 && axis > 0 && scale.shape.length === 1 && scale.shape[0] === dimension(x.shape, axis)) {
    const weights = b.mul(b.reshape(scale, [count, 1]), 1 / count);
    return (value) => b.matMul(value, weights);
  }
  return (value) => b.reduceMean(b.mul(value, scale), { axes });
}
