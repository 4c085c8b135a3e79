import { choice } from '../attributes.js';
import { defineOperator, FLOATS, standard } from './definition.js';

/** `none`: x·Φ(x) with the error function. `tanh`: 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
export const gelu = defineOperator({
  onnx: standard('Gelu', 20),
  arity: [1, 1],
  attributes: { approximate: choice(['none', 'tanh'], 'none') },
  infer(context) {
    context.requireDtype(0, ...FLOATS);
    return [context.input(0)];
  },
});
