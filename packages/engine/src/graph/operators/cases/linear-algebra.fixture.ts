import type { GraphBuilder, OperatorName, Value } from '../../index.js';
import { type Interpolation, interpolationMatrix, resizeAxis } from '../../interpolation.js';
import { type OperatorCase, positive, spread } from './kit.fixture.js';

const bicubic: Interpolation = {
  mode: 'cubic',
  coordinates: 'half_pixel',
  nearest: 'floor',
  cubic: -0.75,
  excludeOutside: false,
  antialias: true,
};

function resize(b: GraphBuilder, x: Value, axis: number, out: number): Value {
  const length = x.shape[axis] ?? 0;
  return resizeAxis(b, x, axis, out, interpolationMatrix(length, out, out / length, bicubic));
}

export const linearAlgebraCases = {
  MatMul: [
    { title: 'matrices', inputs: [spread([2, 3]), spread([3, 4])], build: (b, x, y) => b.matMul(x, y) },
    {
      title: 'a matrix applied to many rows',
      inputs: [spread([2, 3, 4]), spread([4, 2])],
      build: (b, x, y) => b.matMul(x, y),
    },
    { title: 'batches', inputs: [spread([2, 2, 3, 4]), spread([2, 2, 4, 2])], build: (b, x, y) => b.matMul(x, y) },
    {
      title: 'batches that broadcast',
      inputs: [spread([2, 1, 3, 2]), spread([3, 2, 2])],
      build: (b, x, y) => b.matMul(x, y),
    },
    {
      title: 'one matrix on the left',
      inputs: [spread([3, 2]), spread([2, 2, 4])],
      build: (b, x, y) => b.matMul(x, y),
    },
    { title: 'two vectors', inputs: [spread([3]), positive([3])], build: (b, x, y) => b.matMul(x, y) },
    { title: 'a vector and a batch', inputs: [spread([3]), spread([2, 3, 4])], build: (b, x, y) => b.matMul(x, y) },
    { title: 'a batch and a vector', inputs: [spread([2, 2, 3]), spread([3])], build: (b, x, y) => b.matMul(x, y) },
    { title: 'size-1 axes', inputs: [spread([1, 1]), spread([1, 1])], build: (b, x, y) => b.matMul(x, y) },
    {
      title: 'cubic resizing of two axes',
      inputs: [spread([1, 2, 3, 4])],
      build: (b, x) => resize(b, resize(b, x, 2, 5), 3, 2),
    },
    { title: 'no rows', inputs: [spread([0, 3]), spread([3, 2])], build: (b, x, y) => b.matMul(x, y) },
    {
      title: 'a transposed operand',
      inputs: [spread([2, 3]), spread([4, 3])],
      build: (b, x, y) => b.matMul(x, b.transpose(y, { perm: [1, 0] })),
    },
  ],
  Gemm: [false, true].flatMap((transA) =>
    [false, true].flatMap((transB): OperatorCase[] => [
      {
        title: `transA ${transA}, transB ${transB}, a row added`,
        inputs: [spread(transA ? [3, 2] : [2, 3]), spread(transB ? [4, 3] : [3, 4]), spread([4])],
        build: (b, x, y, c) => b.gemm(x, y, c, { transA, transB }),
      },
      {
        title: `transA ${transA}, transB ${transB}, scaled, a column added`,
        inputs: [spread(transA ? [3, 2] : [2, 3]), spread(transB ? [4, 3] : [3, 4]), spread([2, 1])],
        build: (b, x, y, c) => b.gemm(x, y, c, { transA, transB, alpha: 0.7, beta: -1.3 }),
      },
    ]),
  ),
} satisfies Partial<Record<OperatorName, readonly OperatorCase[]>>;
