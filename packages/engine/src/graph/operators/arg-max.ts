import { flag, int } from '../attributes.js';
import { defineOperator, standard } from './definition.js';

/** Index of the largest element along `axis` (the first of equals), i64. */
export const argMax = defineOperator({
  onnx: standard('ArgMax', 13),
  arity: [1, 1],
  fixed: { select_last_index: 0 },
  attributes: { axis: int(0), keepdims: flag(true) },
  infer(context) {
    const { shape } = context.input(0);
    const axis = context.axis(context.attributes.axis, shape.length);
    if (shape[axis] === 0) return context.fail(`There is no largest element along the empty axis ${axis}`);
    const kept = context.attributes.keepdims ? shape.with(axis, 1) : shape.toSpliced(axis, 1);
    return [{ dtype: 'i64', shape: kept }];
  },
});
