import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import { nuclearNorm } from './nuclear-norm.js';

/** How the two terms of MMCR are scaled. */
export interface MmcrScaling {
  /** λ, the weight of the local term; 0 leaves it out. */
  readonly local: number;
  /** Whether the global term is divided by the batch, as the Self-Soupervision code does; the paper's code does not. */
  readonly divideGlobal: boolean;
}

/**
 * Maximum manifold capacity representations (Yerxa et al. 2023; ThomasYerxa/mmcr): −‖C‖_* + λ·(1/B)·Σ_b ‖Z_b‖_*, where row b
 * of C [B, D] is the mean of image b's views and Z_b [views, D] are the views.
 *
 * @param views normalised embeddings [B, D], one value a view, at least one
 * @param centroids what stands for C where it is not the mean of `views` (the momentum variant)
 * @returns a scalar
 */
export function mmcr(
  b: GraphBuilder,
  views: readonly Value[],
  { local, divideGlobal }: MmcrScaling,
  centroids: Value = meanOf(b, views),
): Value {
  const batch = centroids.shape[0] ?? 1;
  const global = b.mul(nuclearNorm(b, centroids), divideGlobal ? -1 / batch : -1);
  if (local === 0) return global;
  return b.add(global, b.mul(sumOfLocalNorms(b, views), local / batch));
}

/** Σ_b ‖Z_b‖_*: the closed form for two views, Newton–Schulz of [views, D] matrices for more. */
export function sumOfLocalNorms(b: GraphBuilder, views: readonly Value[]): Value {
  const [first, second] = views;
  if (first !== undefined && second !== undefined && views.length === 2) return twoViewNorms(b, first, second);
  return nuclearNorm(
    b,
    b.concat(
      views.map((view) => b.unsqueeze(view, [1])),
      { axis: 1 },
    ),
  );
}

/** Below this 1 − |c| counts as zero: in f32 the smallest step there is 6e-8. */
const PARALLEL = 1e-12;

/**
 * Two unit vectors at cosine c span singular values √(1 ± |c|), so ‖[z₁ z₂]‖_* = √(1+|c|) + √(1−|c|). Where they are parallel
 * the second root has no derivative; its share of the gradient is 0 there, as it is for a singular value of 0.
 */
function twoViewNorms(b: GraphBuilder, first: Value, second: Value): Value {
  const cosine = b.abs(b.reduceSum(b.mul(first, second), { axes: [1] }));
  const rest = b.sub(1, cosine);
  const apart = b.greater(rest, PARALLEL);
  const narrow = b.where(apart, b.sqrt(b.where(apart, rest, 1)), 0);
  return b.reduceSum(b.add(b.sqrt(b.add(1, cosine)), narrow), { keepdims: false });
}

export function meanOf(b: GraphBuilder, views: readonly Value[]): Value {
  const sum = views.reduce((left, right) => b.add(left, right));
  return b.mul(sum, 1 / views.length);
}
