import type { GradientRule } from '../rule.js';

/**
 * With c = x − mean and d = 1/√(variance + ε) of each channel: dx = g·scale·d, dscale = d·Σ g·c, dbias = Σ g,
 * dmean = −scale·d·Σ g, dvariance = −½·scale·d³·Σ g·c. The sums run over all axes but the channels.
 */
export const batchNormalization: GradientRule<'BatchNormalization'> = (context) => {
  const { b, gradient } = context;
  const [x, scale, mean, variance] = [context.input(0), context.input(1), context.input(3), context.input(4)];
  const line = x.shape.map((n, i) => (i === 1 ? n : 1));
  const axes = x.shape.flatMap((_, i) => (i === 1 ? [] : [i]));
  const inverse = b.reciprocal(b.sqrt(b.add(variance, context.attributes.epsilon)));
  const factor = b.mul(scale, inverse);
  const total = () => b.reduceSum(gradient, { axes, keepdims: false });
  const product = () => b.reduceSum(b.mul(gradient, b.sub(x, b.reshape(mean, line))), { axes, keepdims: false });
  return [
    context.when(0, () => b.mul(gradient, b.reshape(factor, line))),
    context.when(1, () => b.mul(inverse, product())),
    context.when(2, total),
    context.when(3, () => b.neg(b.mul(factor, total()))),
    context.when(4, () => b.mul(b.mul(b.mul(factor, -0.5), b.mul(inverse, inverse)), product())),
  ];
};
