/** Reductions, whose axes moved from an attribute to an input (opset 13 for sums, 18 for the others), and softmax. */
import type { GraphBuilder } from '../../builder.js';
import type { Value } from '../../graph.js';
import { sizeOf } from '../../shape.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';

interface Axes {
  readonly axes?: readonly number[];
  readonly keepdims: boolean;
}

type Reduce = (b: GraphBuilder, x: Value, options: Axes) => Value;

/** `alone` is what the reduction of one element by itself is, for `noop_with_empty_axes`. */
function reduction(reduce: Reduce, alone: (b: GraphBuilder, x: Value) => Value = (_, x) => x): NodeReader {
  return {
    attributes: ['axes', 'keepdims', 'noop_with_empty_axes'],
    read(node) {
      const axes = node.knownInts(1, 'axes') ?? [];
      const x = node.input(0);
      if (axes.length === 0 && node.flag('noop_with_empty_axes', false)) return alone(node.b, x);
      const keepdims = node.flag('keepdims', true);
      return reduce(node.b, x, axes.length === 0 ? { keepdims } : { axes, keepdims });
    },
  };
}

const squares = (b: GraphBuilder, x: Value): Value => b.mul(x, x);

/** log Σ eˣ with the largest x taken out, so that nothing overflows. Its gradient needs none through that x. */
const logSumExp: Reduce = (b, x, { axes, keepdims }) => {
  const over = axes === undefined ? {} : { axes };
  const largest = b.stopGradient(b.reduceMax(x, over));
  const sum = b.add(b.log(b.reduceSum(b.exp(b.sub(x, largest)), over)), largest);
  if (keepdims) return sum;
  return b.reshape(sum, b.reduceSum(x, { ...over, keepdims }).shape);
};

/** Up to opset 12 the axes from `axis` on were flattened into one, and the result was normalised over all of them. */
function flattening(apply: (b: GraphBuilder, x: Value, axis: number) => Value): NodeReader {
  return {
    attributes: ['axis'],
    read(node) {
      const x = node.input(0);
      if (node.opset >= 13) return apply(node.b, x, node.int('axis', -1));
      const axis = node.axis(node.int('axis', 1), x.shape.length);
      if (axis === x.shape.length - 1) return apply(node.b, x, axis);
      const rows = sizeOf(x.shape.slice(0, axis));
      return node.b.reshape(apply(node.b, node.b.reshape(x, [rows, sizeOf(x.shape) / rows]), 1), x.shape);
    },
  };
}

function smallest(node: OnnxNode): Value {
  const axis = node.int('axis', 0);
  return node.b.argMax(node.b.neg(node.input(0)), { axis, keepdims: node.flag('keepdims', true) });
}

export const reductions: Readonly<Record<string, NodeReader>> = {
  ReduceSum: reduction((b, x, options) => b.reduceSum(x, options)),
  ReduceMean: reduction((b, x, options) => b.reduceMean(x, options)),
  ReduceMax: reduction((b, x, options) => b.reduceMax(x, options)),
  ReduceMin: reduction((b, x, options) => b.reduceMin(x, options)),
  ReduceProd: reduction((b, x, options) => b.reduceProd(x, options)),
  ReduceL1: reduction(
    (b, x, options) => b.reduceSum(b.abs(x), options),
    (b, x) => b.abs(x),
  ),
  ReduceL2: reduction(
    (b, x, options) => b.sqrt(b.reduceSum(squares(b, x), options)),
    (b, x) => b.abs(x),
  ),
  ReduceSumSquare: reduction((b, x, options) => b.reduceSum(squares(b, x), options), squares),
  ReduceLogSum: reduction(
    (b, x, options) => b.log(b.reduceSum(x, options)),
    (b, x) => b.log(x),
  ),
  ReduceLogSumExp: reduction(logSumExp),
  Softmax: flattening((b, x, axis) => b.softmax(x, { axis })),
  // WebGPU has no kernel for it.
  LogSoftmax: flattening((b, x, axis) => b.logSoftmax(x, { axis })),
  ArgMin: { attributes: ['axis', 'keepdims'], read: smallest },
};
