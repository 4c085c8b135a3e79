import { int } from '../attributes.js';
import { sameShape } from '../shape.js';
import { defineOperator, standard } from './definition.js';

export const concat = defineOperator({
  onnx: standard('Concat', 13),
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: { axis: int() },
  infer(context) {
    const dtype = context.sameDtype();
    const first = context.input(0).shape;
    const axis = context.axis(context.attributes.axis, first.length);
    let total = 0;
    for (const [i] of context.inputs.entries()) {
      const { shape } = context.input(i);
      if (shape.length !== first.length || !sameShape(shape.with(axis, 0), first.with(axis, 0))) {
        return context.fail(`Input ${i} differs from input 0 in an axis other than ${axis}`);
      }
      total += shape[axis] ?? 0;
    }
    return [{ dtype, shape: first.with(axis, total) }];
  },
});
