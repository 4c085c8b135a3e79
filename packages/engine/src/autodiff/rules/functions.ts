/** Element-wise functions of one operand. Where the derivative has a short form in the result, the result is reused. */
import type { GradientRule } from '../rule.js';

export const neg: GradientRule<'Neg'> = ({ b, gradient }) => [b.neg(gradient)];

/** The subgradient 0 at 0. */
export const abs: GradientRule<'Abs'> = (context) => {
  const { b, gradient } = context;
  const x = context.input(0);
  return [b.where(b.greater(x, 0), gradient, b.where(b.less(x, 0), b.neg(gradient), 0))];
};

export const sqrt: GradientRule<'Sqrt'> = (context) => {
  const { b, gradient } = context;
  return [b.div(gradient, b.mul(context.output(), 2))];
};

export const reciprocal: GradientRule<'Reciprocal'> = (context) => {
  const { b, gradient } = context;
  const y = context.output();
  return [b.neg(b.mul(gradient, b.mul(y, y)))];
};

export const exp: GradientRule<'Exp'> = (context) => [context.b.mul(context.gradient, context.output())];
export const log: GradientRule<'Log'> = (context) => [context.b.div(context.gradient, context.input(0))];

/** 2/√π · exp(−x²); the factor sits in the exponent, which saves a pass over the data. */
export const erf: GradientRule<'Erf'> = (context) => {
  const { b, gradient } = context;
  const x = context.input(0);
  const logFactor = b.constant(Math.log(2 / Math.sqrt(Math.PI)), x.dtype);
  return [b.mul(gradient, b.exp(b.sub(logFactor, b.mul(x, x))))];
};

export const tanh: GradientRule<'Tanh'> = (context) => {
  const { b, gradient } = context;
  const y = context.output();
  return [b.mul(gradient, b.sub(1, b.mul(y, y)))];
};

export const sigmoid: GradientRule<'Sigmoid'> = (context) => {
  const { b, gradient } = context;
  const y = context.output();
  return [b.mul(gradient, b.mul(y, b.sub(1, y)))];
};

export const sin: GradientRule<'Sin'> = (context) => [context.b.mul(context.gradient, context.b.cos(context.input(0)))];
export const cos: GradientRule<'Cos'> = (context) => [
  context.b.neg(context.b.mul(context.gradient, context.b.sin(context.input(0)))),
];

/** The subgradient 0 at 0, as in PyTorch. */
export const relu: GradientRule<'Relu'> = (context) => {
  const { b, gradient } = context;
  return [b.where(b.greater(context.output(), 0), gradient, 0)];
};

/** Passes where the bounds do not cut; on a bound it passes, as in PyTorch. */
export const clip: GradientRule<'Clip'> = (context) => {
  const { b, gradient } = context;
  return [b.where(b.equal(context.output(), context.input(0)), gradient, 0)];
};

export const cast: GradientRule<'Cast'> = (context) => [context.b.cast(context.gradient, context.input(0).dtype)];
export const identity: GradientRule<'Identity'> = ({ gradient }) => [gradient];
export const stopGradient: GradientRule<'StopGradient'> = () => [null];
