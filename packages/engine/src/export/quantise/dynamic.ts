import type { Graph } from '../../graph/graph.js';
import { rebuild } from '../../graph/rewrites/rebuild.js';
import { type ProductOptions, weightedProducts } from './products.js';
import { integerWeights, scalesOf } from './written-weights.js';

/**
 * The network with its weights in eight bits, and what they meet quantised while it runs, over its own range in each run
 * (DynamicQuantizeLinear, MatMulInteger). Convolutions, for which that costs more than it brings, compute in f32 with
 * weights of eight bits. No data is needed.
 */
export function quantiseDynamically(graph: Graph, options: ProductOptions): Graph {
  const products = weightedProducts(graph, options);
  return rebuild(graph, (b, node, inputs, known) => {
    const product = products.get(node);
    if (product === undefined) return null;
    const quantised = product.quantised();
    const weights = integerWeights(b, product.name, quantised);
    if (product.kind === 'filters') {
      return b.append('Conv', [known(product.x), weights.dequantised, inputs[2] ?? null], product.node.attributes);
    }
    const { y, scale, zero } = b.dynamicQuantizeLinear(known(product.x));
    const sums = b.cast(b.matMulInteger(y, weights.integers, zero, b.constant(Int8Array.of(0), 'i8', [])), 'f32');
    const numbers = b.mul(sums, b.mul(scale, scalesOf(b, product.name, quantised)));
    return [product.bias === null ? numbers : b.add(numbers, known(product.bias))];
  });
}
