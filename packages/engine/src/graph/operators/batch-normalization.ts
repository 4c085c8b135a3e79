import { float } from '../attributes.js';
import { defineOperator, FLOATS, standard } from './definition.js';

/**
 * (x − mean) / √(variance + epsilon) · scale + bias, every channel of [N, C, …] with its own four numbers, all [C]: the
 * form of inference. Training with the statistics of the batch is `GraphBuilder.batchNormalizationTraining`.
 */
export const batchNormalization = defineOperator({
  onnx: standard('BatchNormalization', 15),
  arity: [5, 5],
  fixed: { training_mode: 0, momentum: null },
  attributes: { epsilon: float(1e-5) },
  infer(context) {
    context.requireDtype(0, ...FLOATS);
    context.sameDtype();
    const { shape } = context.input(0);
    if (shape.length < 2) return context.fail('It takes [N, C, …]');
    for (const index of [1, 2, 3, 4]) {
      const parameter = context.input(index).shape;
      if (parameter.length !== 1 || parameter[0] !== shape[1]) {
        return context.fail(`Scale, bias, mean and variance must have ${shape[1]} elements, one a channel`);
      }
    }
    return [context.input(0)];
  },
});
