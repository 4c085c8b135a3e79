import { int } from '../attributes.js';
import { defineOperator, INDEXES, standard } from './definition.js';

/** output[i][j][k] = data[i][indices[i][j][k]][k] for axis 1. */
export const gatherElements = defineOperator({
  onnx: standard('GatherElements', 13),
  arity: [2, 2],
  attributes: { axis: int(0) },
  infer(context) {
    context.requireDtype(1, ...INDEXES);
    const { dtype, shape } = context.input(0);
    const indices = context.input(1).shape;
    const axis = context.axis(context.attributes.axis, shape.length);
    if (indices.length !== shape.length) return context.fail('The indices must have as many axes as the data');
    const long = indices.findIndex((n, i) => i !== axis && n > (shape[i] ?? 0));
    if (long >= 0) return context.fail(`The indices are longer than the data along axis ${long}`);
    return [{ dtype, shape: indices }];
  },
});
