import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import { normaliseRows } from './normalise-rows.js';

/** What a similarity is set to once it has been taken: below every cosine, and finite in every float. */
const TAKEN = -10_000;
const SMALLEST_PROBABILITY = 1e-12;

/**
 * Self-seasoning's objective (Self-Soupervision §3.3): the mean entropy of softmax(cosine / T) over the k most similar other
 * images of the batch. In [0, log k]; low where each image has few close neighbours.
 *
 * The k largest are taken one after the other by ArgMax, which every device has; equal ones in the order of their index.
 *
 * @param embeddings [B, D], k < B
 * @returns a scalar
 */
export function seasoningEntropy(
  b: GraphBuilder,
  embeddings: Value,
  { k, temperature }: { readonly k: number; readonly temperature: number },
): Value {
  const z = normaliseRows(b, embeddings);
  const batch = z.shape[0] ?? 0;
  if (k < 1 || k >= batch) {
    throw new RangeError(`The ${k} nearest of a batch were asked for; a batch of ${batch} has ${batch - 1} others.`);
  }
  const cosines = b.gemm(z, z, null, { transB: true });
  const taken = b.constant(TAKEN, z.dtype, [batch, 1]);
  const self = b.constant(
    BigInt64Array.from({ length: batch }, (_, row) => BigInt(row)),
    'i64',
    [batch, 1],
  );
  let left = b.scatterElements(b.stopGradient(cosines), self, taken, { axis: 1 });
  const nearest: Value[] = [];
  for (let i = 0; i < k; i++) {
    const index = b.argMax(left, { axis: 1 });
    nearest.push(index);
    left = b.scatterElements(left, index, taken, { axis: 1 });
  }
  const chosen = b.gatherElements(cosines, b.concat(nearest, { axis: 1 }), { axis: 1 });
  const p = b.softmax(b.mul(chosen, 1 / temperature), { axis: 1 });
  const entropy = b.reduceSum(b.mul(p, b.log(b.max(p, SMALLEST_PROBABILITY))), { axes: [1] });
  return b.neg(b.reduceMean(entropy, { keepdims: false }));
}
