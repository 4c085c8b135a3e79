import { int } from '../attributes.js';
import type { TensorType } from '../tensor.js';
import { defineOperator, type InferContext, standard } from './definition.js';

const EIGHT_BITS = ['u8', 'i8'] as const;

/** One scale and zero point for all elements, or one for each index along `axis`. */
function requireScale(context: InferContext<{ readonly axis: number }>, x: TensorType): void {
  context.requireDtype(1, 'f32');
  const scale = context.input(1).shape;
  const zero = context.optional(2)?.shape ?? scale;
  if (scale.length > 1) context.fail('A scale is one number, or one for each index along the axis');
  if (scale.join() !== zero.join()) context.fail('Scale and zero point must have one shape');
  if (scale.length === 1 && x.shape[context.axis(context.attributes.axis, x.shape.length)] !== scale[0]) {
    context.fail(`The axis ${context.attributes.axis} has another length than the scales`);
  }
}

/** round(x / scale) + zero point, halves to the even integer, held within the zero point's type; u8 around 0 without one. */
export const quantizeLinear = defineOperator({
  onnx: standard('QuantizeLinear', 19),
  arity: [2, 3],
  fixed: { saturate: 1 },
  attributes: { axis: int(1) },
  infer(context) {
    context.requireDtype(0, 'f32');
    requireScale(context, context.input(0));
    const dtype = context.optional(2) === null ? 'u8' : context.requireDtype(2, ...EIGHT_BITS);
    return [{ dtype, shape: context.input(0).shape }];
  },
});

/** (x − zero point) · scale. Without a zero point it is 0. */
export const dequantizeLinear = defineOperator({
  onnx: standard('DequantizeLinear', 19),
  arity: [2, 3],
  attributes: { axis: int(1) },
  infer(context) {
    const dtype = context.requireDtype(0, ...EIGHT_BITS, 'i32');
    if (context.optional(2) !== null) context.requireDtype(2, dtype);
    requireScale(context, context.input(0));
    return [{ dtype: 'f32', shape: context.input(0).shape }];
  },
});

/** x as u8 between its own smallest and largest element, 0 among them; then the scale and the zero point that give it back. */
export const dynamicQuantizeLinear = defineOperator({
  onnx: standard('DynamicQuantizeLinear', 11),
  arity: [1, 1],
  attributes: {},
  infer(context) {
    context.requireDtype(0, 'f32');
    return [
      { dtype: 'u8', shape: context.input(0).shape },
      { dtype: 'f32', shape: [] },
      { dtype: 'u8', shape: [] },
    ];
  },
});
