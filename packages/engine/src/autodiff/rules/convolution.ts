/** Convolutions: the gradient by the data is the transposed convolution, the gradient by the filters a convolution again. */
import type { GraphBuilder, Value } from '../../graph/index.js';
import { type WindowAxis, windowsOf } from '../../graph/operators/windows.js';
import { sameShape } from '../../graph/shape.js';
import type { GradientContext, GradientRule } from '../rule.js';

export const conv: GradientRule<'Conv'> = (context) => {
  const { b, gradient } = context;
  const { group } = context.attributes;
  const [x, filters] = [context.input(0), context.input(1)];
  const windows = windowsOf(x.shape.slice(2), filters.shape.slice(2), context.attributes);
  return [
    context.when(0, () => spreadWindows(b, gradient, filters, windows, group)),
    context.when(1, () => filterGradient(b, x, gradient, windows, group)),
    context.when(2, () => channelSums(context)),
  ];
};

export const convTranspose: GradientRule<'ConvTranspose'> = (context) => {
  const { b, gradient } = context;
  const { group, strides, pads, dilations } = context.attributes;
  const [x, filters] = [context.input(0), context.input(1)];
  // The result's own windows: padding that was added to its end may give room for one more, which nothing came from.
  const windows = windowsOf(gradient.shape.slice(2), filters.shape.slice(2), context.attributes).map(
    (window, i): WindowAxis => ({ ...window, count: x.shape[i + 2] ?? 0 }),
  );
  const options = {
    ...(strides === null ? {} : { strides }),
    ...(pads === null ? {} : { pads }),
    ...(dilations === null ? {} : { dilations }),
    group,
  };
  return [
    context.when(0, () => firstElements(b, b.conv(gradient, filters, null, options), x.shape)),
    context.when(1, () => filterGradient(b, gradient, x, windows, group)),
    context.when(2, () => channelSums(context)),
  ];
};

/**
 * The transposed convolution that puts what arrived at `windows` back to the data they lie on; `gradient` is
 * [N, M, …windows], filters are [M, C/group, …kernel].
 */
export function spreadWindows(
  b: GraphBuilder,
  gradient: Value,
  filters: Value,
  windows: readonly WindowAxis[],
  group: number,
): Value {
  // Where a pool's last window hangs over, more is cut off than was padded.
  const ends = windows.map((w) => Math.max(w.after, w.stride * (w.count - 1) + w.reach - w.before - w.length));
  return b.convTranspose(gradient, filters, null, {
    strides: windows.map((w) => w.stride),
    dilations: windows.map((w) => w.dilation),
    pads: [...windows.map((w) => w.before), ...ends],
    outputPadding: windows.map((w, i) => w.length + w.before + (ends[i] ?? 0) - w.reach - w.stride * (w.count - 1)),
    group,
  });
}

/**
 * Σ over images and windows of data times gradient, for every offset in the kernel. This is a convolution of the data with
 * the gradient as its filters, in which images and channels change places, and strides and dilations too. `data` is
 * [N, C, …], `gradient` [N, M, …windows]; the result is [M, C/group, …kernel].
 */
function filterGradient(
  b: GraphBuilder,
  data: Value,
  gradient: Value,
  windows: readonly WindowAxis[],
  group: number,
): Value {
  const [images = 0, channels = 0, ...spatial] = data.shape;
  const axes = spatial.map((_, i) => i);
  const depth = channels / group;
  const grouped = b.reshape(data, [images, group, depth, ...spatial]);
  const turned = b.transpose(grouped, { perm: [2, 1, 0, ...axes.map((i) => i + 3)] });
  const swap = [1, 0, ...axes.map((i) => i + 2)];
  const sums = b.conv(
    b.reshape(turned, [depth, group * images, ...spatial]),
    b.transpose(gradient, { perm: swap }),
    null,
    {
      strides: windows.map((w) => w.dilation),
      dilations: windows.map((w) => w.stride),
      pads: [...windows.map((w) => w.before), ...windows.map((w) => w.after)],
      group,
    },
  );
  const turnedBack = b.transpose(sums, { perm: swap });
  return firstElements(b, turnedBack, [...turnedBack.shape.slice(0, 2), ...windows.map((w) => w.kernel)]);
}

function channelSums({ b, gradient }: GradientContext<'Conv' | 'ConvTranspose'>): Value {
  return b.reduceSum(gradient, { axes: gradient.shape.flatMap((_, i) => (i === 1 ? [] : [i])), keepdims: false });
}

/** The corner of `value` that has `shape`: strides may leave room for offsets and windows that were never used. */
function firstElements(b: GraphBuilder, value: Value, shape: readonly number[]): Value {
  return sameShape(value.shape, shape) ? value : b.slice(value, { starts: shape.map(() => 0), ends: shape });
}
