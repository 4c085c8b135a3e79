import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { WeightedProduct } from './products.js';

/** The integers of a product's weights in a graph, and the f32 weights that they stand for. */
export function integerWeights(
  b: GraphBuilder,
  product: WeightedProduct,
): { readonly integers: Value; readonly dequantised: Value } {
  const { weights, name } = product;
  const integers = b.constant(weights.data, 'i8', weights.shape, name);
  const zeros = b.constant(new Int8Array(weights.scales.length), 'i8', [weights.scales.length], `${name}.zero`);
  // Dead where nothing reads it: rebuild() drops it then.
  return { integers, dequantised: b.dequantizeLinear(integers, scalesOf(b, product), zeros, { axis: weights.axis }) };
}

/** One scale for each output channel. */
export function scalesOf(b: GraphBuilder, { weights: { scales }, name }: WeightedProduct): Value {
  return b.constant(scales, 'f32', [scales.length], `${name}.scale`);
}
