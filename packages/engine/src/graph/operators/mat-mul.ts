import { broadcastShapes, type Shape } from '../shape.js';
import { defineOperator, FLOATS, type InferContext, standard } from './definition.js';

/** Matrix product with numpy's rules: vectors are promoted, leading axes broadcast. */
export const matMul = defineOperator({
  onnx: standard('MatMul', 13),
  arity: [2, 2],
  attributes: {},
  infer(context) {
    context.requireDtype(0, ...FLOATS, 'i32', 'i64');
    return [{ dtype: context.sameDtype(), shape: productShape(context) }];
  },
});

/** Shape of the matrix product of the first two operands. */
export function productShape(context: InferContext<unknown>): Shape {
  const a = context.input(0).shape;
  const b = context.input(1).shape;
  if (a.length === 0 || b.length === 0) return context.fail('A scalar has no matrix product; multiply instead');
  const rows = a.length === 1 ? [] : [a.at(-2) ?? 0];
  const columns = b.length === 1 ? [] : [b.at(-1) ?? 0];
  if (a.at(-1) !== (b.length === 1 ? b[0] : b.at(-2))) return context.fail('The inner dimensions differ');
  const batch =
    broadcastShapes(a.slice(0, -2), b.slice(0, -2)) ?? context.fail('The leading dimensions do not broadcast');
  return [...batch, ...rows, ...columns];
}
