import { keyed } from '../random/index.js';

/**
 * The order in which an epoch sees a split: a permutation of its positions 0 … n−1, keyed by (seed, epoch), the last one kept
 * at hand.
 */
export function epochOrder(seed: number, n: number): (epoch: number) => Uint32Array<ArrayBuffer> {
  let order: { readonly epoch: number; readonly examples: Uint32Array<ArrayBuffer> } | null = null;
  return (epoch) => {
    if (order?.epoch !== epoch) order = { epoch, examples: keyed(seed, epoch, 'order').permutation(n) };
    return order.examples;
  };
}
