import { fromInput, int, ints, optional } from '../attributes.js';
import { defineOperator, standard } from './definition.js';

/** Cuts along `axis` into pieces of the sizes `split`, or into `num_outputs` pieces of which the last may be smaller. */
export const split = defineOperator({
  onnx: standard('Split', 18),
  arity: [1, 1],
  attributes: { axis: int(0), split: fromInput(1, optional(ints())), num_outputs: optional(int()) },
  infer(context) {
    const { dtype, shape } = context.input(0);
    const { num_outputs: count } = context.attributes;
    const axis = context.axis(context.attributes.axis, shape.length);
    const length = shape[axis] ?? 0;
    const sizes = context.attributes.split ?? (count === null ? null : evenly(length, count));
    if (sizes === null) return context.fail('Neither sizes nor a number of pieces was given');
    if (sizes.some((size) => size < 0) || sizes.reduce((sum, size) => sum + size, 0) !== length) {
      return context.fail(`The sizes [${sizes.join(', ')}] do not add up to ${length}, the length of axis ${axis}`);
    }
    return sizes.map((size) => ({ dtype, shape: shape.with(axis, size) }));
  },
});

function evenly(length: number, count: number): number[] {
  const size = Math.ceil(length / count);
  return Array.from({ length: count }, (_, i) => Math.min(size, length - i * size));
}
