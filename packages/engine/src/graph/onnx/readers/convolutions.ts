/** Convolutions and pools, whose pads may be asked for by name (`auto_pad`). */
import type { Value } from '../../graph.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';

interface Windows {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

const windowAttributes = ['auto_pad', 'kernel_shape', 'strides', 'dilations', 'pads'] as const;

/** The windows of a kernel on data with these spatial axes, with pads that were asked for by name worked out. */
function windowsOf(node: OnnxNode, spatial: readonly number[], kernel: readonly number[]): Windows {
  const strides = node.ints('strides') ?? spatial.map(() => 1);
  const dilations = node.ints('dilations') ?? spatial.map(() => 1);
  const named = node.string('auto_pad', 'NOTSET');
  if (named === 'NOTSET') return { strides, dilations, pads: node.ints('pads') ?? spatial.flatMap(() => [0, 0]) };
  if (named === 'VALID') return { strides, dilations, pads: spatial.flatMap(() => [0, 0]) };
  if (named !== 'SAME_UPPER' && named !== 'SAME_LOWER') return node.unsupported(`has auto_pad "${named}"`);
  const totals = spatial.map((length, i) => {
    const stride = strides[i] ?? 1;
    const reach = ((kernel[i] ?? 1) - 1) * (dilations[i] ?? 1) + 1;
    return Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
  });
  return { strides, dilations, pads: halves(totals, named === 'SAME_UPPER') };
}

/** Both sides of each axis; an odd one goes to the end (`upper`) or to the beginning. */
function halves(totals: readonly number[], upper: boolean): number[] {
  const [less, more] = [totals.map((n) => Math.floor(n / 2)), totals.map((n) => Math.ceil(n / 2))];
  return upper ? [...less, ...more] : [...more, ...less];
}

function conv(node: OnnxNode): Value {
  const [x, filters] = [node.input(0), node.input(1)];
  const windows = windowsOf(node, x.shape.slice(2), filters.shape.slice(2));
  return node.b.conv(x, filters, node.optional(2), { ...windows, group: node.int('group', 1) });
}

/** `output_shape` and `auto_pad` say how much is cut off by what is left; padding of the output may have to make up for it. */
function convTranspose(node: OnnxNode): Value {
  const [x, filters] = [node.input(0), node.input(1)];
  const spatial = x.shape.slice(2);
  const kernel = filters.shape.slice(2);
  const strides = node.ints('strides') ?? spatial.map(() => 1);
  const dilations = node.ints('dilations') ?? spatial.map(() => 1);
  const outputPadding = node.ints('output_padding') ?? spatial.map(() => 0);
  const named = node.string('auto_pad', 'NOTSET');
  const same = named === 'SAME_UPPER' || named === 'SAME_LOWER';
  const wanted =
    node.ints('output_shape')?.slice(-spatial.length) ?? (same ? spatial.map((n, i) => n * (strides[i] ?? 1)) : null);
  const plain = { strides, dilations, outputPadding, group: node.int('group', 1) };
  if (wanted === null) {
    const pads =
      named === 'VALID' ? spatial.flatMap(() => [0, 0]) : (node.ints('pads') ?? spatial.flatMap(() => [0, 0]));
    return node.b.convTranspose(x, filters, node.optional(2), { ...plain, pads });
  }
  const totals = spatial.map((length, i) => {
    const reach = ((kernel[i] ?? 1) - 1) * (dilations[i] ?? 1) + 1;
    return (strides[i] ?? 1) * (length - 1) + (outputPadding[i] ?? 0) + reach - (wanted[i] ?? 0);
  });
  const pads = halves(
    totals.map((n) => Math.max(0, n)),
    named === 'SAME_UPPER',
  );
  const added = outputPadding.map((n, i) => n + Math.max(0, -(totals[i] ?? 0)));
  return node.b.convTranspose(x, filters, node.optional(2), { ...plain, outputPadding: added, pads });
}

function pool(node: OnnxNode): Value {
  if (node.wants(1)) return node.unsupported('also gives the positions of the maxima');
  const x = node.input(0);
  const kernel = node.ints('kernel_shape') ?? node.unsupported('has no kernel_shape');
  const options = { ...windowsOf(node, x.shape.slice(2), kernel), ceil: node.flag('ceil_mode', false) };
  if (node.proto.opType === 'MaxPool') return node.b.maxPool(x, kernel, options);
  return node.b.averagePool(x, kernel, { ...options, countPads: node.flag('count_include_pad', false) });
}

export const convolutions: Readonly<Record<string, NodeReader>> = {
  Conv: { attributes: [...windowAttributes, 'group'], read: conv },
  ConvTranspose: { attributes: [...windowAttributes, 'group', 'output_padding', 'output_shape'], read: convTranspose },
  MaxPool: { attributes: [...windowAttributes, 'ceil_mode', 'storage_order'], read: pool },
  AveragePool: { attributes: [...windowAttributes, 'ceil_mode', 'count_include_pad'], read: pool },
  GlobalMaxPool: {
    read(node) {
      const x = node.input(0);
      return node.b.reduceMax(x, { axes: x.shape.slice(2).map((_, i) => i + 2) });
    },
  },
};
