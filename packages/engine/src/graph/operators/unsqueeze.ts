import { fromInput, ints } from '../attributes.js';
import { defineOperator, standard } from './definition.js';

/** Inserts axes of size 1 at the given places of the result. */
export const unsqueeze = defineOperator({
  onnx: standard('Unsqueeze', 13),
  arity: [1, 1],
  attributes: { axes: fromInput(1, ints()) },
  infer(context) {
    const { dtype, shape: from } = context.input(0);
    const shape: number[] = [...from];
    for (const axis of context.axes(context.attributes.axes, from.length + context.attributes.axes.length)) {
      shape.splice(axis, 0, 1);
    }
    return [{ dtype, shape }];
  },
});
