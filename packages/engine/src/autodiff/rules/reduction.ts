import type { Value } from '../../graph/index.js';
import { normalizeAxes, sizeOf } from '../../graph/shape.js';
import type { GradientContext, GradientRule } from '../rule.js';

type Reduction = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin';

/** `value`, which has the shape of the result, with the reduced axes put back with size 1. */
function withReducedAxes(context: GradientContext<Reduction>, value: Value): Value {
  const { shape } = context.input(0);
  if (context.attributes.keepdims) return value;
  const axes = normalizeAxes(context.attributes.axes, shape.length) ?? [];
  return context.b.reshape(
    value,
    shape.map((n, i) => (axes.includes(i) ? 1 : n)),
  );
}

const spread = (context: GradientContext<Reduction>, value: Value): Value =>
  context.b.expand(withReducedAxes(context, value), context.input(0).shape);

export const reduceSum: GradientRule<'ReduceSum'> = (context) => [spread(context, context.gradient)];

export const reduceMean: GradientRule<'ReduceMean'> = (context) => {
  const share = sizeOf(context.output().shape) / sizeOf(context.input(0).shape);
  return [spread(context, context.b.mul(context.gradient, share))];
};

/** Equal extremes share the gradient evenly, as in PyTorch's amax. */
function extreme(context: GradientContext<'ReduceMax' | 'ReduceMin'>): readonly Value[] {
  const { b } = context;
  const x = context.input(0);
  const chosen = b.cast(b.equal(x, withReducedAxes(context, context.output())), x.dtype);
  const count = b.reduceSum(chosen, { axes: context.attributes.axes ?? x.shape.map((_, i) => i) });
  return [b.mul(chosen, b.div(withReducedAxes(context, context.gradient), count))];
}

export const reduceMax: GradientRule<'ReduceMax'> = extreme;
export const reduceMin: GradientRule<'ReduceMin'> = extreme;

/** The running sum the other way. */
export const cumSum: GradientRule<'CumSum'> = ({ b, gradient, attributes: { axis, exclusive, reverse } }) => [
  b.cumSum(gradient, { axis, exclusive, reverse: !reverse }),
];
