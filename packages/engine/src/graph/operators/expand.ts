import { fromInput, ints } from '../attributes.js';
import { broadcastShapes } from '../shape.js';
import { defineOperator, standard } from './definition.js';

/** Broadcasts the input with `shape`, both ways. */
export const expand = defineOperator({
  onnx: standard('Expand', 13),
  arity: [1, 1],
  attributes: { shape: fromInput(1, ints()) },
  infer(context) {
    const { dtype, shape: from } = context.input(0);
    const { shape } = context.attributes;
    return [
      {
        dtype,
        shape: broadcastShapes(from, shape) ?? context.fail(`It does not broadcast with [${shape.join(', ')}]`),
      },
    ];
  },
});
