import type { DType, GraphBuilder, Shape, Tensor, Value } from '../../index.js';
import { sizeOf, tensorOf } from '../../index.js';

export interface OperatorCase {
  readonly title: string;
  readonly inputs: readonly Tensor[];
  readonly build: (b: GraphBuilder, ...inputs: Value[]) => Value | readonly Value[];
}

export function valuesOf(built: Value | readonly Value[]): readonly Value[] {
  return 'dtype' in built ? [built] : built;
}

/** Distinct numbers spread evenly between `low` and `high`, in scrambled order, so that nothing ties by accident. */
export function spread(shape: Shape, low = -2, high = 2, dtype: DType = 'f32'): Tensor {
  const size = sizeOf(shape);
  // Steps of the golden ratio never repeat and never come close to each other.
  const values = Array.from(
    { length: size },
    (_, i) => low + (high - low) * (((i + 1) * 0.6180339887498949 + size * 0.137) % 1),
  );
  return tensorOf(dtype, shape, values);
}

export const positive = (shape: Shape) => spread(shape, 0.3, 2.5);

export const i64 = (shape: Shape, values: readonly number[]) => tensorOf('i64', shape, values);

export const bool = (shape: Shape, values: readonly number[]) => tensorOf('bool', shape, values);

type Unary = (b: GraphBuilder, x: Value) => Value;
export type Binary = (b: GraphBuilder, x: Value, y: Value) => Value;

/** A function of one operand on the shapes that matter. */
export function unary(build: Unary, low = -2, high = 2): OperatorCase[] {
  return [
    { title: 'a matrix', inputs: [spread([3, 4], low, high)], build },
    { title: '0-d', inputs: [spread([], low, high)], build },
    { title: 'size-1 axes', inputs: [spread([1, 3, 1], low, high)], build },
    { title: 'no elements', inputs: [spread([2, 0], low, high)], build },
  ];
}

/** A function of two operands in every way that shapes broadcast. */
export function binary(build: Binary, make: (shape: Shape) => Tensor = spread): OperatorCase[] {
  const shapes: readonly (readonly [string, Shape, Shape])[] = [
    ['equal shapes', [2, 3], [2, 3]],
    ['a row on the right', [2, 3, 4], [4]],
    ['a column on the left', [3, 1], [2, 3, 4]],
    ['both sides repeat', [2, 1, 3], [4, 1]],
    ['0-d on the left', [], [2, 2]],
    ['0-d on both sides', [], []],
    ['size-1 axes on both sides', [1, 3], [1, 1]],
    ['no elements', [0, 3], [3]],
  ];
  const cases = shapes.map(([title, left, right]) => ({
    title,
    inputs: [make(left), make([...right])].map(shifted),
    build,
  }));
  return [...cases, { title: 'one operand twice', inputs: [make([2, 3])], build: (b, x) => build(b, x, x) }];
}

/** Moves the second operand a little, so that operands of one shape differ in every element. */
function shifted({ dtype, shape, data }: Tensor, index: number): Tensor {
  return tensorOf(
    dtype,
    shape,
    Array.from<number | bigint, number>(data, (x) => Number(x) + index * 0.0371),
  );
}
