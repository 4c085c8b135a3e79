import { float, fromInput, optional } from '../attributes.js';
import { defineOperator, standard } from './definition.js';

/** Bounds are inclusive; an absent one does not bound. */
export const clip = defineOperator({
  onnx: standard('Clip', 13),
  arity: [1, 1],
  attributes: {
    min: { ...fromInput(1, optional(float())), scalar: true },
    max: { ...fromInput(2, optional(float())), scalar: true },
  },
  infer(context) {
    const { min, max } = context.attributes;
    if (min !== null && max !== null && min > max)
      return context.fail(`The bounds ${min} and ${max} are the wrong way round`);
    return [context.input(0)];
  },
});
