import { fromInput, ints } from '../attributes.js';
import { sizeOf } from '../shape.js';
import { defineOperator, standard } from './definition.js';

/** One dimension may be −1 (inferred); 0 copies the input's dimension at that place, as ONNX has it. */
export const reshape = defineOperator({
  onnx: standard('Reshape', 19),
  arity: [1, 1],
  fixed: { allowzero: 0 },
  attributes: { shape: fromInput(1, ints()) },
  infer(context) {
    const { dtype, shape: from } = context.input(0);
    const wanted = context.attributes.shape;
    const shape = wanted.map((dimension, i) => (dimension === 0 ? (from[i] ?? 0) : dimension));
    const unknown = shape.indexOf(-1);
    if (unknown >= 0) shape[unknown] = sizeOf(from) / sizeOf(shape.toSpliced(unknown, 1));
    if (shape.some((n) => !Number.isInteger(n) || n < 0) || sizeOf(shape) !== sizeOf(from)) {
      return context.fail(`${sizeOf(from)} elements cannot take the shape [${wanted.join(', ')}]`);
    }
    return [{ dtype, shape }];
  },
});
