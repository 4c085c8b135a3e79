import type { Evaluate } from '../evaluate.js';
import { broadcastOffset, generate } from '../indexing.js';

/** numpy.matmul: a vector on the left is a row, on the right a column; leading axes broadcast. */
export const matMul: Evaluate<'MatMul'> = (context) => {
  const a = context.input(0);
  const b = context.input(1);
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [m, k, n] = [left.at(-2) ?? 1, left.at(-1) ?? 1, right.at(-1) ?? 1];
  const trailing = (a.shape.length === 1 ? 0 : 1) + (b.shape.length === 1 ? 0 : 1);
  const batch = context.output().shape.slice(0, context.output().shape.length - trailing);
  return [
    generate([...batch, m, n], (position) => {
      const lead = position.slice(0, -2);
      const row = (broadcastOffset(left.slice(0, -2), lead) * m + (position.at(-2) ?? 0)) * k;
      const matrix = broadcastOffset(right.slice(0, -2), lead) * k;
      let sum = 0;
      for (let i = 0; i < k; i++) {
        sum += (a.data[row + i] ?? 0) * (b.data[(matrix + i) * n + (position.at(-1) ?? 0)] ?? 0);
      }
      return sum;
    }),
  ];
};

/** alpha · A′ · B′ + beta · C. */
export const gemm: Evaluate<'Gemm'> = (context) => {
  const { transA, transB, alpha, beta } = context.attributes;
  const [a, b, c] = [context.input(0), context.input(1), context.optional(2)];
  const inner = (transA ? a.shape[0] : a.shape[1]) ?? 0;
  const element = (data: Float64Array, columns: number, row: number, column: number, transposed: boolean) =>
    data[transposed ? column * columns + row : row * columns + column] ?? 0;
  return [
    generate(context.output().shape, ([row = 0, column = 0]) => {
      let sum = 0;
      for (let i = 0; i < inner; i++) {
        sum += element(a.data, a.shape[1] ?? 0, row, i, transA) * element(b.data, b.shape[1] ?? 0, i, column, transB);
      }
      const added = c === null ? 0 : (c.data[broadcastOffset(c.shape, [row, column])] ?? 0);
      return alpha * sum + beta * added;
    }),
  ];
};
