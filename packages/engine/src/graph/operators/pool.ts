/** Pools: the largest or the mean element of every window of [N, C, …spatial]. */
import { flag, ints, optional } from '../attributes.js';
import { defineOperator, FLOATS, type InferContext, standard } from './definition.js';
import { type WindowAttributes, type WindowAxis, windowsOf, wrongWindows } from './windows.js';

interface PoolAttributes extends WindowAttributes {
  readonly kernel_shape: readonly number[];
  readonly ceil_mode: boolean;
}

const windowed = {
  kernel_shape: ints(),
  strides: optional(ints()),
  pads: optional(ints()),
  dilations: optional(ints()),
  ceil_mode: flag(false),
};

/** The windows of a pool over data of `shape`, one entry a spatial axis. */
export function poolWindows(shape: readonly number[], attributes: PoolAttributes): WindowAxis[] {
  return windowsOf(shape.slice(2), attributes.kernel_shape, attributes, attributes.ceil_mode);
}

function infer<A extends PoolAttributes>(context: InferContext<A>) {
  context.requireDtype(0, ...FLOATS);
  const { dtype, shape } = context.input(0);
  const { kernel_shape: kernel } = context.attributes;
  if (shape.length < 3 || kernel.length !== shape.length - 2 || kernel.some((n) => n < 1)) {
    return context.fail('The kernel needs one number from 1 for every axis after the batch and the channels');
  }
  const wrong = wrongWindows(kernel.length, context.attributes);
  if (wrong !== undefined) return context.fail(wrong);
  const windows = poolWindows(shape, context.attributes);
  if (windows.some(({ count }) => count < 1)) return context.fail('The kernel is larger than the padded data');
  if (windows.some(({ before, after, reach }) => before >= reach || after >= reach)) {
    return context.fail('A pad as wide as the window would leave windows without data');
  }
  return [{ dtype, shape: [...shape.slice(0, 2), ...windows.map(({ count }) => count)] }];
}

/** The largest element of every window; pads never win. */
export const maxPool = defineOperator({
  onnx: standard('MaxPool', 12),
  arity: [1, 1],
  fixed: { auto_pad: 'NOTSET', storage_order: 0 },
  attributes: windowed,
  infer,
});

/** The mean of every window: of its data only, or with `count_include_pad` of its pads (zeros) too. */
export const averagePool = defineOperator({
  onnx: standard('AveragePool', 19),
  arity: [1, 1],
  fixed: { auto_pad: 'NOTSET' },
  attributes: { ...windowed, count_include_pad: flag(false) },
  infer,
});

/** The mean over all spatial axes, which stay with size 1. */
export const globalAveragePool = defineOperator({
  onnx: standard('GlobalAveragePool', 1),
  arity: [1, 1],
  attributes: {},
  infer(context) {
    context.requireDtype(0, ...FLOATS);
    const { dtype, shape } = context.input(0);
    if (shape.length < 3) return context.fail('It takes [N, C, …] with at least one spatial axis');
    return [{ dtype, shape: shape.map((n, i) => (i < 2 ? n : 1)) }];
  },
});
