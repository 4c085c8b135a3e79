import { float, int } from '../attributes.js';
import { broadcastShapes, sameShape } from '../shape.js';
import { defineOperator, FLOATS, standard } from './definition.js';

/**
 * Normalises over `axis` and every axis after it, then scales and shifts. Three outputs: the result, and the mean and
 * 1/√(variance + epsilon) of each group, which the gradient reuses. These two are f32 whatever the operand (`stash_type`).
 */
export const layerNormalization = defineOperator({
  onnx: standard('LayerNormalization', 17),
  arity: [2, 3],
  attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  infer(context) {
    context.requireDtype(0, ...FLOATS);
    context.sameDtype();
    const { shape } = context.input(0);
    const axis = context.axis(context.attributes.axis, shape.length);
    const normalized = shape.slice(axis);
    for (const index of [1, 2]) {
      const parameter = context.optional(index);
      if (parameter === null) continue;
      if (!sameShape(broadcastShapes(parameter.shape, normalized) ?? [-1], normalized)) {
        return context.fail(`Scale and bias must broadcast to the normalised axes [${normalized.join(', ')}]`);
      }
    }
    const statistics = { dtype: 'f32' as const, shape: shape.map((dimension, i) => (i < axis ? dimension : 1)) };
    return [context.input(0), statistics, statistics];
  },
});
