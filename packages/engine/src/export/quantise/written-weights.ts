import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { QuantisedWeights } from './weights.js';

/** The integers of some weights in a graph, and the f32 weights that they stand for. */
export function integerWeights(
  b: GraphBuilder,
  name: string,
  weights: QuantisedWeights,
): { readonly integers: Value; readonly dequantised: Value } {
  const { data, shape, scales, axis } = weights;
  const integers = b.constant(data, 'i8', shape, name);
  const zeros = b.constant(new Int8Array(scales.length), 'i8', [scales.length], `${name}.zero`);
  // Dead where nothing reads it: rebuild() drops it then.
  return { integers, dequantised: b.dequantizeLinear(integers, scalesOf(b, name, weights), zeros, { axis }) };
}

/** One scale for each output channel. */
export function scalesOf(b: GraphBuilder, name: string, { scales }: QuantisedWeights): Value {
  return b.constant(scales, 'f32', [scales.length], `${name}.scale`);
}
