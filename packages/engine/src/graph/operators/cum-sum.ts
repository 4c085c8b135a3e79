import { flag, fromInput, int } from '../attributes.js';
import { defineOperator, standard } from './definition.js';

/** Running sums along `axis`: of all elements up to each, or before each (`exclusive`), from the front or the back. */
export const cumSum = defineOperator({
  onnx: standard('CumSum', 14),
  arity: [1, 1],
  attributes: { axis: { ...fromInput(1, int()), scalar: true }, exclusive: flag(false), reverse: flag(false) },
  infer(context) {
    const { dtype, shape } = context.input(0);
    if (dtype === 'bool') return context.fail('It takes numbers, not booleans; cast them');
    context.axis(context.attributes.axis, shape.length);
    return [context.input(0)];
  },
});
