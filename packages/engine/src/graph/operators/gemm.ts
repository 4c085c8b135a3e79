import { flag, float } from '../attributes.js';
import { broadcastShapes, sameShape } from '../shape.js';
import { defineOperator, FLOATS, standard } from './definition.js';

/** alpha · A′ · B′ + beta · C for matrices, where ′ transposes on request and C broadcasts to the result. */
export const gemm = defineOperator({
  onnx: standard('Gemm', 13),
  arity: [2, 3],
  attributes: { transA: flag(false), transB: flag(false), alpha: float(1), beta: float(1) },
  infer(context) {
    context.requireDtype(0, ...FLOATS);
    const dtype = context.sameDtype();
    const [m, k] = matrix(context.input(0).shape, context.attributes.transA) ?? context.fail('Input 0 is not a matrix');
    const [k2, n] =
      matrix(context.input(1).shape, context.attributes.transB) ?? context.fail('Input 1 is not a matrix');
    if (k !== k2) return context.fail(`The inner dimensions ${k} and ${k2} differ`);
    const shape = [m, n];
    const c = context.optional(2);
    if (c !== null && !sameShape(broadcastShapes(c.shape, shape) ?? [], shape)) {
      return context.fail(`Input 2 does not broadcast to [${m}, ${n}]`);
    }
    return [{ dtype, shape }];
  },
});

function matrix(shape: readonly number[], transposed: boolean): readonly [number, number] | undefined {
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined || shape.length !== 2) return undefined;
  return transposed ? [columns, rows] : [rows, columns];
}
