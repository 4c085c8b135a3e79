import type { GraphBuilder } from '../../graph/builder.js';
import type { DType } from '../../graph/dtype.js';
import type { Value } from '../../graph/graph.js';
import { dimension } from '../../graph/shape.js';

/** Keeps a zero matrix from being divided by its zero norm. */
const SMALLEST_SQUARE = 1e-30;

/**
 * Iterations for each precision. One multiplies a small singular value by 1.5, so 1.5^n is the condition number up to which
 * singular values count. In f32 rounding leaves about 1e-8 in directions that have none: more iterations would raise that
 * noise to a direction of its own.
 */
const ITERATIONS: Readonly<Partial<Record<DType, number>>> = { f64: 60, f32: 30 };

/**
 * The nuclear norm ‖C‖_* = Σ σ_i of the last two axes, summed over all before them. Its gradient by C is the polar factor
 * U·Vᵀ, found by Newton–Schulz: X ← 1.5·X − 0.5·X·Xᵀ·X from C / ‖C‖_F drives every singular value to 1 (Higham,
 * "Functions of Matrices", §8.3), in products alone, which every device has; no decomposition is needed. ⟨polar, C⟩ with the
 * polar factor held fixed has both the value and the gradient.
 *
 * Singular values that are zero, or below about 1.5^−iterations of the norm, get no gradient: the subgradient of smallest
 * norm, where U·Vᵀ itself is not unique.
 *
 * @param matrices [..., rows, columns] of either orientation
 * @returns a scalar
 */
export function nuclearNorm(b: GraphBuilder, matrices: Value): Value {
  const polar = b.stopGradient(polarFactor(b, matrices));
  return b.reduceSum(b.mul(polar, matrices), { keepdims: false });
}

/** U·Vᵀ of C = U·Σ·Vᵀ over the last two axes, singular values that are (nearly) zero left out. */
export function polarFactor(b: GraphBuilder, matrices: Value): Value {
  const rank = matrices.shape.length;
  const perm = matrices.shape.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  const wide = dimension(matrices.shape, rank - 2) <= dimension(matrices.shape, rank - 1);
  const oriented = wide ? matrices : b.transpose(matrices, { perm });
  const squares = b.reduceSum(b.mul(oriented, oriented), { axes: [-2, -1] });
  let x = b.div(oriented, b.sqrt(b.max(squares, SMALLEST_SQUARE)));
  for (let i = 0; i < (ITERATIONS[matrices.dtype] ?? 30); i++) {
    // The product of the smaller side: [rows, rows].
    const gram = b.matMul(x, b.transpose(x, { perm }));
    x = b.sub(b.mul(x, 1.5), b.matMul(b.mul(gram, 0.5), x));
  }
  return wide ? x : b.transpose(x, { perm });
}
