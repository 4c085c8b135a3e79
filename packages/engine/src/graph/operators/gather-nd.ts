import { defineOperator, standard } from './definition.js';

/** Slices of the data, addressed by the last axis of the indices. */
export const gatherND = defineOperator({
  onnx: standard('GatherND', 13),
  arity: [2, 2],
  fixed: { batch_dims: 0 },
  attributes: {},
  infer(context) {
    context.requireDtype(1, 'i64');
    const { dtype, shape } = context.input(0);
    const indices = context.input(1).shape;
    const depth = indices.at(-1);
    if (depth === undefined || depth < 1 || depth > shape.length) {
      return context.fail('The last axis of the indices must address between one and all axes of the data');
    }
    return [{ dtype, shape: [...indices.slice(0, -1), ...shape.slice(depth)] }];
  },
});
