import { sizeOf } from '../shape.js';
import { defineOperator, standard } from './definition.js';
import { productShape } from './mat-mul.js';

/** (a − its zero point) · (b − its zero points), exact in i32. A zero point of b is one number, or one a column. */
export const matMulInteger = defineOperator({
  onnx: standard('MatMulInteger', 10),
  arity: [2, 4],
  attributes: {},
  infer(context) {
    for (const operand of [0, 1]) {
      const dtype = context.requireDtype(operand, 'u8', 'i8');
      const zero = context.optional(operand + 2);
      if (zero === null) continue;
      context.requireDtype(operand + 2, dtype);
      const columns = operand === 1 && zero.shape.length === 1 && zero.shape[0] === context.input(1).shape.at(-1);
      if (sizeOf(zero.shape) !== 1 && !columns) context.fail('A zero point is one number, or one for each column of b');
    }
    return [{ dtype: 'i32', shape: productShape(context) }];
  },
});
