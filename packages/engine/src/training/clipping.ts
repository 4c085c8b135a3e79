import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';

/** √Σ g² over all vectors together. */
export function globalNorm(b: GraphBuilder, gradients: readonly Value[]): Value {
  const squares = gradients.map((gradient) => b.reduceSum(b.mul(gradient, gradient), { keepdims: false }));
  return b.sqrt(squares.reduce((sum, square) => b.add(sum, square)));
}

/** Scales all gradients so that their global norm is at most `limit`, as torch's `clip_grad_norm_` does. */
export function clipByGlobalNorm(
  b: GraphBuilder,
  gradients: readonly Value[],
  norm: Value,
  limit: number,
): readonly Value[] {
  const scale = b.clip(b.div(limit, b.add(norm, 1e-6)), null, 1);
  return gradients.map((gradient) => b.mul(gradient, scale));
}
