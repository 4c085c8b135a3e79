/** Reductions over axes: one row each. Absent axes mean all of them. */
import { flag, fromInput, ints, optional } from '../attributes.js';
import { defineOperator, standard } from './definition.js';

const reduction = (type: string, since: number) =>
  defineOperator({
    onnx: standard(type, since),
    arity: [1, 1],
    fixed: { noop_with_empty_axes: 0 },
    attributes: { axes: fromInput(1, optional(ints())), keepdims: flag(true) },
    infer(context) {
      const { dtype, shape } = context.input(0);
      if (dtype === 'bool') return context.fail('It takes numbers, not booleans; cast them');
      const axes = context.axes(context.attributes.axes, shape.length);
      const kept = context.attributes.keepdims
        ? shape.map((dimension, i) => (axes.includes(i) ? 1 : dimension))
        : shape.filter((_, i) => !axes.includes(i));
      return [{ dtype, shape: kept }];
    },
  });

export const reduceSum = reduction('ReduceSum', 13);
export const reduceMean = reduction('ReduceMean', 18);
export const reduceMax = reduction('ReduceMax', 20);
export const reduceMin = reduction('ReduceMin', 20);
export const reduceProd = reduction('ReduceProd', 18);
