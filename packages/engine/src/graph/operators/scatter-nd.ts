import { choice } from '../attributes.js';
import { sameShape } from '../shape.js';
import { defineOperator, standard } from './definition.js';

/** A copy of the data in which slices, addressed by the last axis of the indices, are replaced or added to. */
export const scatterND = defineOperator({
  onnx: standard('ScatterND', 18),
  arity: [3, 3],
  attributes: { reduction: choice(['none', 'add'], 'none') },
  infer(context) {
    context.requireDtype(1, 'i64');
    const data = context.input(0);
    const indices = context.input(1).shape;
    const depth = indices.at(-1);
    if (context.input(2).dtype !== data.dtype)
      return context.fail('Data and updates must have one dtype; cast one of them');
    if (depth === undefined || depth > data.shape.length)
      return context.fail('The indices address more axes than there are');
    const wanted = [...indices.slice(0, -1), ...data.shape.slice(depth)];
    if (!sameShape(wanted, context.input(2).shape))
      return context.fail(`The updates must have shape [${wanted.join(', ')}]`);
    return [data];
  },
});
