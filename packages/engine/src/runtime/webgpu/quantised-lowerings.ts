/** Eight-bit integers for the WebGPU provider, which has no kernels for them: they are i32 there, and products f32. */
import type { GraphBuilder, OperatorName, Value } from '../../graph/index.js';
import { round } from './lowerings.js';
import { type LoweringContext, operand, type WebgpuRule } from './rule.js';

type Lowering<K extends OperatorName> = NonNullable<WebgpuRule<K>['lower']>;

const limits = { u8: [0, 255], i8: [-128, 127] } as const;

export const quantizeLinear: Lowering<'QuantizeLinear'> = (context) => {
  const { b, attributes, inputs, outputs } = context;
  const x = operand(context, 0);
  const zero = inputs[2] ?? null;
  const steps = toNearest(b, b.div(x, along(b, operand(context, 1), x, attributes.axis)));
  const shifted = zero === null ? steps : b.add(steps, b.cast(along(b, zero, x, attributes.axis), 'f32'));
  const [least, most] = limits[outputs[0]?.dtype === 'u8' ? 'u8' : 'i8'];
  return [b.cast(b.clip(shifted, least, most), 'i32')];
};

export const dequantizeLinear: Lowering<'DequantizeLinear'> = (context) => {
  const { b, attributes, inputs } = context;
  const x = operand(context, 0);
  const zero = inputs[2] ?? null;
  const centred = zero === null ? x : b.sub(x, along(b, zero, x, attributes.axis));
  return [b.mul(b.cast(centred, 'f32'), along(b, operand(context, 1), x, attributes.axis))];
};

export const dynamicQuantizeLinear: Lowering<'DynamicQuantizeLinear'> = (context) => {
  const { b } = context;
  const x = operand(context, 0);
  const most = b.max(b.reduceMax(x, { keepdims: false }), 0);
  const least = b.min(b.reduceMin(x, { keepdims: false }), 0);
  const scale = b.div(b.sub(most, least), 255);
  // Of nothing but zeros the scale is 0, which divides nothing.
  const divisor = b.where(b.greater(scale, 0), scale, 1);
  const zero = b.clip(toNearest(b, b.div(b.neg(least), divisor)), 0, 255);
  const y = b.clip(b.add(toNearest(b, b.div(x, divisor)), zero), 0, 255);
  return [b.cast(y, 'i32'), scale, b.cast(zero, 'i32')];
};

/** Exact as long as no sum passes 2^24, which takes hundreds of products of the largest numbers. */
export const matMulInteger: Lowering<'MatMulInteger'> = (context) => {
  const { b, inputs } = context;
  const centred = (index: number) => {
    const zero = inputs[index + 2] ?? null;
    const value = operand(context, index);
    return b.cast(zero === null ? value : b.sub(value, zero), 'f32');
  };
  return [b.cast(b.matMul(centred(0), centred(1)), 'i32')];
};

/** One number, or one for each index along `axis`, so that it meets x there. */
function along(b: GraphBuilder, numbers: Value, x: Value, axis: number): Value {
  if (numbers.shape.length === 0) return numbers;
  const at = axis < 0 ? axis + x.shape.length : axis;
  return b.reshape(
    numbers,
    x.shape.map((_, i) => (i === at ? (numbers.shape[0] ?? 1) : 1)),
  );
}

function toNearest(b: GraphBuilder, x: Value): Value {
  const context: LoweringContext<'Round'> = {
    b,
    inputs: [x],
    attributes: {},
    outputs: [x],
    inline: () => [],
  };
  return round(context)?.[0] ?? x;
}
