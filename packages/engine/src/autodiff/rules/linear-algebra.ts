import { type GraphBuilder, sizeOf, type Value } from '../../graph/index.js';
import { reduceToShape } from '../reduce-to-shape.js';
import type { GradientRule } from '../rule.js';

/** Gemm's own flags transpose, so no transpose is ever written. */
export const gemm: GradientRule<'Gemm'> = (context) => {
  const { b, gradient } = context;
  const { transA, transB, alpha, beta } = context.attributes;
  const left = context.input(0);
  const right = context.input(1);
  return [
    context.when(0, () =>
      transA
        ? b.gemm(right, gradient, null, { transA: transB, transB: true, alpha })
        : b.gemm(gradient, right, null, { transB: !transB, alpha }),
    ),
    context.when(1, () =>
      transB
        ? b.gemm(gradient, left, null, { transA: true, transB: transA, alpha })
        : b.gemm(left, gradient, null, { transA: !transA, alpha }),
    ),
    context.when(2, () => {
      const summed = reduceToShape(b, gradient, context.input(2).shape);
      return beta === 1 ? summed : b.mul(summed, beta);
    }),
  ];
};

export const matMul: GradientRule<'MatMul'> = (context) => {
  const { b } = context;
  const left = context.input(0);
  const right = context.input(1);
  // Vectors become matrices, as the product itself treats them.
  const rows = left.shape.length === 1 ? b.reshape(left, [1, -1]) : left;
  const columns = right.shape.length === 1 ? b.reshape(right, [-1, 1]) : right;
  const batch = context.output().shape.slice(0, context.output().shape.length - outputAxes(left, right));
  const gradient = b.reshape(context.gradient, [...batch, rows.shape.at(-2) ?? 1, columns.shape.at(-1) ?? 1]);
  if (columns.shape.length === 2) return flattened(context.needed, b, { left, right, rows, columns, gradient });
  return [
    context.when(0, () => shaped(b, b.matMul(gradient, swapped(b, columns)), rows, left)),
    context.when(1, () => shaped(b, b.matMul(swapped(b, rows), gradient), columns, right)),
  ];
};

interface Product {
  readonly left: Value;
  readonly right: Value;
  readonly rows: Value;
  readonly columns: Value;
  readonly gradient: Value;
}

/** One matrix applied to many rows: both gradients are one Gemm over all of them, the linear layer's case. */
function flattened(
  needed: readonly boolean[],
  b: GraphBuilder,
  { left, right, rows, columns, gradient }: Product,
): (Value | null)[] {
  const inner = rows.shape.at(-1) ?? 1;
  const total = inner === 0 ? 0 : sizeOf(rows.shape) / inner;
  const flatGradient = b.reshape(gradient, [total, columns.shape[1] ?? 1]);
  return [
    needed[0] ? b.reshape(b.gemm(flatGradient, columns, null, { transB: true }), left.shape) : null,
    needed[1]
      ? b.reshape(b.gemm(b.reshape(rows, [total, inner]), flatGradient, null, { transA: true }), right.shape)
      : null,
  ];
}

/** How many trailing axes of the product come from the matrices rather than from the batch. */
function outputAxes(left: Value, right: Value): number {
  return Math.min(1, left.shape.length - 1) + Math.min(1, right.shape.length - 1);
}

function shaped(b: GraphBuilder, value: Value, promoted: Value, original: Value): Value {
  return b.reshape(reduceToShape(b, value, promoted.shape), original.shape);
}

/** The last two axes exchanged. onnxruntime folds such a transpose into the product. */
function swapped(b: GraphBuilder, value: Value): Value {
  const rank = value.shape.length;
  const perm = value.shape.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  return b.transpose(value, { perm });
}
