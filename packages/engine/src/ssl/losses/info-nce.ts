import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import { normaliseRows } from './normalise-rows.js';

/**
 * MoCo v3's contrastive loss in one direction (Chen, Xie and He 2021; facebookresearch/moco-v3, `contrastive_loss`):
 * 2T · CE(q̂·k̂ᵀ / T, row i ↔ row i), rows normalised. The factor 2T is the repository's: it keeps the size of the gradient
 * while T changes. Equal queries and keys throughout (collapse) give exactly 2T·log B.
 *
 * @param queries [B, D]
 * @param keys [B, D]; no gradient flows into them unless the caller lets it: pass `stopGradient(keys)`.
 * @returns a scalar
 */
export function infoNce(b: GraphBuilder, queries: Value, keys: Value, temperature: number): Value {
  const q = normaliseRows(b, queries);
  const k = normaliseRows(b, keys);
  const logits = b.mul(b.gemm(q, k, null, { transB: true }), 1 / temperature);
  const own = b.mul(b.reduceSum(b.mul(q, k), { axes: [1] }), 1 / temperature);
  const shift = b.stopGradient(b.reduceMax(logits, { axes: [1] }));
  const all = b.add(b.log(b.reduceSum(b.exp(b.sub(logits, shift)), { axes: [1] })), shift);
  return b.mul(b.reduceMean(b.sub(all, own), { keepdims: false }), 2 * temperature);
}

/** Both directions added, as MoCo v3 trains: the first view's queries to the second view's keys, and the other way round. */
export function symmetricInfoNce(
  b: GraphBuilder,
  queries: readonly [Value, Value],
  keys: readonly [Value, Value],
  temperature: number,
): Value {
  return b.add(infoNce(b, queries[0], keys[1], temperature), infoNce(b, queries[1], keys[0], temperature));
}
