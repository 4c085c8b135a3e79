import { choice, int } from '../attributes.js';
import { sameShape } from '../shape.js';
import { defineOperator, INDEXES, standard } from './definition.js';

/** A copy of the data in which the updates are put, or added (`reduction: 'add'`), at indices along `axis`. */
export const scatterElements = defineOperator({
  onnx: standard('ScatterElements', 18),
  arity: [3, 3],
  attributes: { axis: int(0), reduction: choice(['none', 'add'], 'none') },
  infer(context) {
    context.requireDtype(1, ...INDEXES);
    const data = context.input(0);
    const axis = context.axis(context.attributes.axis, data.shape.length);
    const indices = context.input(1).shape;
    if (context.input(2).dtype !== data.dtype)
      return context.fail('Data and updates must have one dtype; cast one of them');
    if (!sameShape(indices, context.input(2).shape)) return context.fail('Indices and updates must have one shape');
    if (indices.length !== data.shape.length || indices.some((n, i) => i !== axis && n > (data.shape[i] ?? 0))) {
      return context.fail('The indices do not fit into the data');
    }
    return [data];
  },
});
