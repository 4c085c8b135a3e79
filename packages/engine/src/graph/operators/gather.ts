import { int } from '../attributes.js';
import { defineOperator, INDEXES, standard } from './definition.js';

/** Takes whole slices along `axis`: the axis is replaced by the shape of the indices. */
export const gather = defineOperator({
  onnx: standard('Gather', 13),
  arity: [2, 2],
  attributes: { axis: int(0) },
  infer(context) {
    context.requireDtype(1, ...INDEXES);
    const { dtype, shape } = context.input(0);
    const axis = context.axis(context.attributes.axis, shape.length);
    return [{ dtype, shape: shape.toSpliced(axis, 1, ...context.input(1).shape) }];
  },
});
