/** Pools give back to their windows through a transposed convolution with filters of ones and zeros. */
import type { DType, GraphBuilder, Value } from '../../graph/index.js';
import { poolWindows } from '../../graph/operators/pool.js';
import type { WindowAxis } from '../../graph/operators/windows.js';
import { sizeOf } from '../../graph/shape.js';
import type { GradientContext, GradientRule } from '../rule.js';
import { spreadWindows } from './convolution.js';

/** The finite number below which a dtype has none, for pads that must not win. */
const lowest: Readonly<Partial<Record<DType, number>>> = { f32: -3.4028234663852886e38, f16: -65504 };

/**
 * The first of equal maxima gets everything, as in PyTorch. Each offset in the kernel is looked at in turn: where the element
 * there is the maximum it takes the gradient, and what it took is no longer left for the next ones.
 */
export const maxPool: GradientRule<'MaxPool'> = (context) => {
  const { b } = context;
  const x = context.input(0);
  const windows = poolWindows(x.shape, context.attributes);
  const ends = windows.map((w) => Math.max(0, w.stride * (w.count - 1) + w.reach - w.before - w.length));
  const padded = b.pad(x, {
    pads: [0, 0, ...windows.map((w) => w.before), 0, 0, ...ends],
    value: lowest[x.dtype] ?? -Number.MAX_VALUE,
  });
  let left = context.gradient;
  const taken = offsetsOf(windows).map((offset) => {
    const wins = b.equal(windowElement(b, padded, windows, offset), context.output());
    const own = b.where(wins, left, 0);
    left = b.where(wins, 0, left);
    return b.unsqueeze(own, [2]);
  });
  const [images = 0, channels = 0, ...rest] = b.concat(taken, { axis: 2 }).shape;
  const stacked = b.reshape(b.concat(taken, { axis: 2 }), [images * channels, ...rest]);
  const kernel = windows.map((w) => w.kernel);
  const count = sizeOf(kernel);
  const single = Array.from({ length: count * count }, (_, i) => Number(i % (count + 1) === 0));
  const filters = b.constant(single, x.dtype, [count, 1, ...kernel]);
  return [b.reshape(spreadWindows(b, stacked, filters, windows, 1), x.shape)];
};

export const averagePool: GradientRule<'AveragePool'> = (context) => {
  const { b } = context;
  const x = context.input(0);
  const windows = poolWindows(x.shape, context.attributes);
  const shares = b.mul(context.gradient, weights(context, windows));
  const [images = 0, channels = 0, ...places] = shares.shape;
  const ones = b.constant(1, x.dtype, [1, 1, ...windows.map((w) => w.kernel)]);
  const flat = b.reshape(shares, [images * channels, 1, ...places]);
  return [b.reshape(spreadWindows(b, flat, ones, windows, 1), x.shape)];
};

export const globalAveragePool: GradientRule<'GlobalAveragePool'> = (context) => {
  const { b, gradient } = context;
  const { shape } = context.input(0);
  return [b.expand(b.mul(gradient, 1 / sizeOf(shape.slice(2))), shape)];
};

/** One over the number of elements of each window: a number where all have the same, else a tensor [1, 1, …windows]. */
function weights({ b, node, attributes }: GradientContext<'AveragePool'>, windows: readonly WindowAxis[]): Value {
  const counts = windows.map((w) =>
    Array.from({ length: w.count }, (_, place) => {
      const least = attributes.count_include_pad ? -w.before : 0;
      const end = attributes.count_include_pad ? w.length + w.after : w.length;
      const touched = Array.from({ length: w.kernel }, (_, i) => place * w.stride - w.before + i * w.dilation);
      return touched.filter((position) => position >= least && position < end).length;
    }),
  );
  const dtype = node.outputs[0]?.dtype ?? 'f32';
  const products = counts.reduce<number[]>((all, axis) => all.flatMap((n) => axis.map((m) => n * m)), [1]);
  const [first = 1] = products;
  if (products.every((n) => n === first)) return b.constant(1 / first, dtype);
  return b.constant(
    products.map((n) => 1 / n),
    dtype,
    [1, 1, ...windows.map((w) => w.count)],
  );
}

/** Every offset in the kernel, in row-major order. */
function offsetsOf(windows: readonly WindowAxis[]): number[][] {
  return windows.reduce<number[][]>(
    (all, w) => all.flatMap((offset) => Array.from({ length: w.kernel }, (_, i) => [...offset, i])),
    [[]],
  );
}

/** The element at `offset` of every window. */
function windowElement(
  b: GraphBuilder,
  padded: Value,
  windows: readonly WindowAxis[],
  offset: readonly number[],
): Value {
  const starts = windows.map((w, i) => (offset[i] ?? 0) * w.dilation);
  return b.slice(padded, {
    starts,
    ends: windows.map((w, i) => (starts[i] ?? 0) + (w.count - 1) * w.stride + 1),
    axes: windows.map((_, i) => i + 2),
    steps: windows.map((w) => w.stride),
  });
}
