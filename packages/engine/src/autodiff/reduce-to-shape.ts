import { type GraphBuilder, type Shape, sameShape, type Value } from '../graph/index.js';

/** The transpose of broadcasting: sums `value` over every axis along which an operand of `shape` was repeated. */
export function reduceToShape(b: GraphBuilder, value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  const offset = value.shape.length - shape.length;
  const axes = value.shape.flatMap((n, i) => (i < offset || (shape[i - offset] === 1 && n !== 1) ? [i] : []));
  const summed = axes.length === 0 ? value : b.reduceSum(value, { axes, keepdims: false });
  return sameShape(summed.shape, shape) ? summed : b.reshape(summed, shape);
}
