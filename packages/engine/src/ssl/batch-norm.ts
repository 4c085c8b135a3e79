import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';

/** torch's default. */
const EPSILON = 1e-5;

/**
 * Batch normalisation of rows [N, D] as training does it: by the mean and the biased variance of this very batch. The heads
 * that use it are dropped after training, so no running statistics are kept.
 *
 * @param affine scale and shift [D]; null for none
 */
export function batchNorm(
  b: GraphBuilder,
  rows: Value,
  affine: { readonly scale: Value; readonly shift: Value } | null,
): Value {
  const centred = b.sub(rows, b.reduceMean(rows, { axes: [0] }));
  const variance = b.reduceMean(b.mul(centred, centred), { axes: [0] });
  const normalised = b.div(centred, b.sqrt(b.add(variance, EPSILON)));
  return affine === null ? normalised : b.add(b.mul(normalised, affine.scale), affine.shift);
}
