import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';

/** The square of torch's floor under a norm (`functional.normalize`, 1e-12); f32 holds it. */
const SMALLEST_SQUARE = 1e-24;

/** Every vector along the last axis divided by its length: torch's `functional.normalize`. A zero vector stays zero. */
export function normaliseRows(b: GraphBuilder, x: Value): Value {
  const squares = b.reduceSum(b.mul(x, x), { axes: [-1] });
  return b.div(x, b.sqrt(b.max(squares, SMALLEST_SQUARE)));
}
