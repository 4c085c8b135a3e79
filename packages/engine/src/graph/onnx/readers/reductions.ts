/** Reductions, whose axes moved from an attribute to an input (opset 13 for sums, 18 for the others), and softmax. */
import type { GraphBuilder } from '../../builder.js';
import type { Value } from '../../graph.js';
import { sizeOf } from '../../shape.js';
import type { NodeReader } from '../onnx-node.js';

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
      const options = axes.length === 0 ? { keepdims } : { axes, keepdims };
      // From opset 20 on the largest and smallest of booleans are "any" and "all".
      return x.dtype === 'bool'
        ? node.b.greater(reduce(node.b, node.b.cast(x, 'i32'), options), 0)
        : reduce(node.b, x, options);
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

/** The position of the largest element of what `turned` makes of the operand: the first of equals, or the last. */
function position(turned: (b: GraphBuilder, x: Value) => Value): NodeReader {
  return {
    attributes: ['axis', 'keepdims', 'select_last_index'],
    read(node) {
      const { b } = node;
      const x = turned(b, node.input(0));
      const axis = node.axis(node.int('axis', 0), x.shape.length);
      const keepdims = node.flag('keepdims', true);
      if (!node.flag('select_last_index', false)) return b.argMax(x, { axis, keepdims });
      const length = x.shape[axis] ?? 0;
      const backwards = b.slice(x, { starts: [-1], ends: [-length - 1], axes: [axis], steps: [-1] });
      return b.sub(b.constant(length - 1, 'i64'), b.argMax(backwards, { axis, keepdims }));
    },
  };
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
  ArgMax: position((_, x) => x),
  ArgMin: position((b, x) => b.neg(x)),
};
