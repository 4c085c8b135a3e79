import { int } from '../attributes.js';
import { defineOperator, FLOATS, standard } from './definition.js';

export const softmax = defineOperator({
  onnx: standard('Softmax', 13),
  arity: [1, 1],
  attributes: { axis: int(-1) },
  infer(context) {
    context.requireDtype(0, ...FLOATS);
    context.axis(context.attributes.axis, context.input(0).shape.length);
    return [context.input(0)];
  },
});
