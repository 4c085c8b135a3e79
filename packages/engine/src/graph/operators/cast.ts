import { dtypeAttribute } from '../attributes.js';
import { defineOperator, standard } from './definition.js';

export const cast = defineOperator({
  onnx: standard('Cast', 19),
  arity: [1, 1],
  fixed: { saturate: 1 },
  attributes: { to: dtypeAttribute() },
  infer: (context) => [{ dtype: context.attributes.to, shape: context.input(0).shape }],
});
