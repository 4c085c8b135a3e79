import { fromInput, ints, optional } from '../attributes.js';
import { defineOperator, standard } from './definition.js';

/** Removes axes of size 1; without `axes`, all of them. */
export const squeeze = defineOperator({
  onnx: standard('Squeeze', 13),
  arity: [1, 1],
  attributes: { axes: fromInput(1, optional(ints())) },
  infer(context) {
    const { dtype, shape } = context.input(0);
    const { axes } = context.attributes;
    const removed = axes === null ? null : context.axes(axes, shape.length);
    const wrong = removed?.find((axis) => shape[axis] !== 1);
    if (wrong !== undefined) return context.fail(`Axis ${wrong} has size ${shape[wrong]}, not 1`);
    return [{ dtype, shape: shape.filter((n, i) => (removed === null ? n !== 1 : !removed.includes(i))) }];
  },
});
