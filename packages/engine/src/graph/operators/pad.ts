import { float, fromInput, ints, optional } from '../attributes.js';
import { defineOperator, standard } from './definition.js';

/** Adds `value` around: pads lists what to add before each axis, then after each. Negative pads remove. */
export const pad = defineOperator({
  onnx: standard('Pad', 19),
  arity: [1, 1],
  fixed: { mode: 'constant' },
  attributes: { pads: fromInput(1, ints()), value: { ...fromInput(2, optional(float())), scalar: true } },
  infer(context) {
    const { dtype, shape: from } = context.input(0);
    const { pads } = context.attributes;
    if (pads.length !== 2 * from.length) return context.fail(`pads needs ${2 * from.length} numbers, two an axis`);
    const shape = from.map((n, i) => n + (pads[i] ?? 0) + (pads[from.length + i] ?? 0));
    if (shape.some((n) => n < 0)) return context.fail('The negative pads remove more than there is');
    return [{ dtype, shape }];
  },
});
