/**
 * One list of cases an operator, over broadcasting and edge shapes. Two tests run them all: every gradient against finite
 * differences (autodiff/gradients.test.ts) and every device against the reference (runtime/devices.test.ts). The table is
 * total: an operator without cases does not compile.
 */
import type { DType, GraphBuilder, OperatorName, Shape, Tensor, Value } from '../index.js';
import { sizeOf, tensorOf } from '../index.js';

export interface OperatorCase {
  readonly title: string;
  readonly inputs: readonly Tensor[];
  readonly build: (b: GraphBuilder, ...inputs: Value[]) => Value | readonly Value[];
}

export function valuesOf(built: Value | readonly Value[]): readonly Value[] {
  return 'dtype' in built ? [built] : built;
}

/** Distinct numbers spread evenly between `low` and `high`, in scrambled order, so that nothing ties by accident. */
function spread(shape: Shape, low = -2, high = 2, dtype: DType = 'f32'): Tensor {
  const size = sizeOf(shape);
  // Steps of the golden ratio never repeat and never come close to each other.
  const values = Array.from(
    { length: size },
    (_, i) => low + (high - low) * (((i + 1) * 0.6180339887498949 + size * 0.137) % 1),
  );
  return tensorOf(dtype, shape, values);
}

const positive = (shape: Shape) => spread(shape, 0.3, 2.5);
const i64 = (shape: Shape, values: readonly number[]) => tensorOf('i64', shape, values);
const bool = (shape: Shape, values: readonly number[]) => tensorOf('bool', shape, values);

type Unary = (b: GraphBuilder, x: Value) => Value;
type Binary = (b: GraphBuilder, x: Value, y: Value) => Value;

function unary(build: Unary, low = -2, high = 2): OperatorCase[] {
  return [
    { title: 'a matrix', inputs: [spread([3, 4], low, high)], build },
    { title: '0-d', inputs: [spread([], low, high)], build },
    { title: 'size-1 axes', inputs: [spread([1, 3, 1], low, high)], build },
  ];
}

function binary(build: Binary, make: (shape: Shape) => Tensor = spread): OperatorCase[] {
  const shapes: readonly (readonly [string, Shape, Shape])[] = [
    ['equal shapes', [2, 3], [2, 3]],
    ['a row on the right', [2, 3, 4], [4]],
    ['a column on the left', [3, 1], [2, 3, 4]],
    ['both sides repeat', [2, 1, 3], [4, 1]],
    ['0-d on the left', [], [2, 2]],
    ['0-d on both sides', [], []],
    ['size-1 axes on both sides', [1, 3], [1, 1]],
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

function comparison(build: Binary): OperatorCase[] {
  const ties = { title: 'ties', inputs: [spread([3])], build: (b: GraphBuilder, x: Value) => build(b, x, x) };
  return [...binary(build), ties];
}

function logic(build: Binary): OperatorCase[] {
  return [
    { title: 'the truth table', inputs: [bool([4], [0, 0, 1, 1]), bool([4], [0, 1, 0, 1])], build },
    { title: 'broadcast', inputs: [bool([2, 1], [0, 1]), bool([2], [1, 0])], build },
  ];
}

type Reduce = 'reduceSum' | 'reduceMean' | 'reduceMax' | 'reduceMin';

function reduction(method: Reduce): OperatorCase[] {
  const x = spread([2, 3, 4]);
  return [
    { title: 'all axes', inputs: [x], build: (b, v) => b[method](v) },
    { title: 'all axes, dropped', inputs: [x], build: (b, v) => b[method](v, { keepdims: false }) },
    { title: 'a middle axis', inputs: [x], build: (b, v) => b[method](v, { axes: [1] }) },
    { title: 'a negative axis, dropped', inputs: [x], build: (b, v) => b[method](v, { axes: [-1], keepdims: false }) },
    { title: 'outer axes, dropped', inputs: [x], build: (b, v) => b[method](v, { axes: [2, 0], keepdims: false }) },
    { title: 'a size-1 axis', inputs: [spread([3, 1])], build: (b, v) => b[method](v, { axes: [1], keepdims: false }) },
    { title: '0-d', inputs: [spread([])], build: (b, v) => b[method](v) },
  ];
}

export const operatorCases: { readonly [K in OperatorName]: readonly OperatorCase[] } = {
  Add: binary((b, x, y) => b.add(x, y)),
  Sub: binary((b, x, y) => b.sub(x, y)),
  Mul: binary((b, x, y) => b.mul(x, y)),
  Div: [
    ...binary((b, x, y) => b.div(x, y), positive),
    { title: 'integers', inputs: [i64([4], [7, -7, 9, 1])], build: (b, x) => b.div(x, 2) },
  ],
  Pow: [
    ...binary((b, x, y) => b.pow(x, y), positive),
    { title: 'square', inputs: [spread([3])], build: (b, x) => b.pow(x, 2) },
    { title: 'cube of negative numbers', inputs: [spread([5])], build: (b, x) => b.pow(x, 3) },
  ],
  Min: binary((b, x, y) => b.min(x, y)),
  Max: binary((b, x, y) => b.max(x, y)),
  Neg: unary((b, x) => b.neg(x)),
  Abs: unary((b, x) => b.abs(x)),
  Sqrt: unary((b, x) => b.sqrt(x), 0.2, 3),
  Reciprocal: unary((b, x) => b.reciprocal(x), 0.4, 3),
  Exp: unary((b, x) => b.exp(x)),
  Log: unary((b, x) => b.log(x), 0.2, 3),
  Erf: unary((b, x) => b.erf(x)),
  Tanh: unary((b, x) => b.tanh(x)),
  Sigmoid: unary((b, x) => b.sigmoid(x), -5, 5),
  Sin: unary((b, x) => b.sin(x)),
  Cos: unary((b, x) => b.cos(x)),
  Relu: unary((b, x) => b.relu(x)),
  Gelu: [
    ...unary((b, x) => b.gelu(x), -4, 4),
    ...unary((b, x) => b.gelu(x, { approximate: 'tanh' }), -4, 4).map((c) => ({ ...c, title: `tanh, ${c.title}` })),
  ],
  Clip: [
    { title: 'both bounds', inputs: [spread([3, 4])], build: (b, x) => b.clip(x, -0.9, 1.1) },
    { title: 'below only', inputs: [spread([5])], build: (b, x) => b.clip(x, 0.05, null) },
    { title: 'above only, 0-d', inputs: [spread([])], build: (b, x) => b.clip(x, null, 1.5) },
  ],
  Cast: [
    { title: 'to f64 and on', inputs: [spread([2, 2])], build: (b, x) => b.mul(b.cast(x, 'f64'), 2) },
    {
      title: 'an integer factor',
      inputs: [spread([3]), i64([3], [1, -2, 3])],
      build: (b, x, k) => b.mul(x, b.cast(k, 'f32')),
    },
    { title: 'a boolean factor', inputs: [spread([3])], build: (b, x) => b.mul(x, b.cast(b.greater(x, 0.1), 'f32')) },
    {
      title: 'floats to integers',
      inputs: [spread([5], -3, 3)],
      build: (b, x) => [b.cast(x, 'i64'), b.cast(x, 'i32')],
    },
  ],
  Identity: unary((b, x) => b.identity(x)),
  StopGradient: unary((b, x) => b.mul(x, b.stopGradient(x))),
  Equal: [
    ...comparison((b, x, y) => b.equal(x, y)),
    { title: 'integers', inputs: [i64([3], [1, 2, 3]), i64([3], [1, 0, 3])], build: (b, x, y) => b.equal(x, y) },
  ],
  Less: comparison((b, x, y) => b.less(x, y)),
  LessOrEqual: comparison((b, x, y) => b.lessOrEqual(x, y)),
  Greater: comparison((b, x, y) => b.greater(x, y)),
  GreaterOrEqual: comparison((b, x, y) => b.greaterOrEqual(x, y)),
  And: logic((b, x, y) => b.and(x, y)),
  Or: logic((b, x, y) => b.or(x, y)),
  Not: [{ title: 'both values', inputs: [bool([2], [0, 1])], build: (b, x) => b.not(x) }],
  Where: [
    {
      title: 'everything broadcasts',
      inputs: [bool([2, 1], [1, 0]), spread([3]), spread([4, 1, 1])],
      build: (b, c, x, y) => b.where(c, x, y),
    },
    {
      title: 'a 0-d condition',
      inputs: [bool([], [1]), spread([2, 3]), spread([3])],
      build: (b, c, x, y) => b.where(c, x, y),
    },
    { title: 'a number', inputs: [bool([2], [1, 0]), spread([2])], build: (b, c, x) => b.where(c, x, -1) },
  ],
  Softmax: [
    { title: 'the last axis', inputs: [spread([2, 3, 4])], build: (b, x) => b.softmax(x) },
    { title: 'the first axis', inputs: [spread([3, 2])], build: (b, x) => b.softmax(x, { axis: 0 }) },
    { title: 'a negative middle axis', inputs: [spread([2, 3, 2])], build: (b, x) => b.softmax(x, { axis: -2 }) },
    { title: 'a size-1 axis', inputs: [spread([3, 1])], build: (b, x) => b.softmax(x) },
    { title: 'log-softmax', inputs: [spread([2, 5])], build: (b, x) => b.logSoftmax(x) },
  ],
  LayerNormalization: [
    {
      title: 'the last axis',
      inputs: [spread([2, 3, 4]), spread([4]), spread([4], -1, 1)],
      build: (b, x, scale, bias) => b.layerNormalization(x, scale, bias),
    },
    {
      title: 'without bias, a small epsilon',
      inputs: [spread([3, 5]), spread([5])],
      build: (b, x, scale) => b.layerNormalization(x, scale, null, { epsilon: 1e-12 }),
    },
    {
      title: 'two axes',
      inputs: [spread([2, 3, 4]), spread([3, 4]), spread([3, 4])],
      build: (b, x, scale, bias) => b.layerNormalization(x, scale, bias, { axis: 1 }),
    },
    {
      title: 'two axes, parameters that repeat',
      inputs: [spread([2, 3, 4]), spread([4]), spread([4])],
      build: (b, x, scale, bias) => b.layerNormalization(x, scale, bias, { axis: -2 }),
    },
    {
      title: 'all axes',
      inputs: [spread([6]), spread([6]), spread([6])],
      build: (b, x, scale, bias) => b.layerNormalization(x, scale, bias, { axis: 0 }),
    },
  ],
  ReduceSum: reduction('reduceSum'),
  ReduceMean: reduction('reduceMean'),
  ReduceMax: reduction('reduceMax'),
  ReduceMin: reduction('reduceMin'),
  ArgMax: [
    { title: 'the last axis', inputs: [spread([2, 5])], build: (b, x) => b.argMax(x, { axis: -1, keepdims: false }) },
    {
      title: 'the first of equals',
      inputs: [tensorOf('f32', [1, 3], [1, 3, 3])],
      build: (b, x) => b.argMax(x, { axis: 1 }),
    },
  ],
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
  Conv: [
    {
      title: 'strides and pads',
      inputs: [spread([2, 2, 5, 4]), spread([3, 2, 3, 2]), spread([3])],
      build: (b, x, w, bias) => b.conv(x, w, bias, { strides: [2, 1], pads: [1, 0, 1, 1] }),
    },
    {
      title: 'groups and dilations, one spatial axis',
      inputs: [spread([1, 4, 7]), spread([2, 2, 3])],
      build: (b, x, w) => b.conv(x, w, null, { group: 2, dilations: [2] }),
    },
  ],
  Transpose: [
    { title: 'a rotation', inputs: [spread([2, 3, 4])], build: (b, x) => b.transpose(x, { perm: [2, 0, 1] }) },
    {
      title: 'back and forth',
      inputs: [spread([2, 3])],
      build: (b, x) => b.transpose(b.exp(b.transpose(x, { perm: [1, 0] })), { perm: [1, 0] }),
    },
    {
      title: 'twice',
      inputs: [spread([2, 3, 4])],
      build: (b, x) => b.transpose(b.transpose(x, { perm: [1, 2, 0] }), { perm: [0, 2, 1] }),
    },
  ],
  Reshape: [
    { title: 'an inferred axis', inputs: [spread([2, 6])], build: (b, x) => b.reshape(x, [3, -1]) },
    { title: 'from 0-d', inputs: [spread([])], build: (b, x) => b.reshape(x, [1, 1]) },
    { title: 'to 0-d', inputs: [spread([1, 1])], build: (b, x) => b.reshape(x, []) },
    { title: 'twice', inputs: [spread([2, 6])], build: (b, x) => b.reshape(b.reshape(x, [12]), [4, 3]) },
  ],
  Squeeze: [
    { title: 'named axes', inputs: [spread([1, 3, 1])], build: (b, x) => b.squeeze(x, [-1]) },
    { title: 'every size-1 axis', inputs: [spread([1, 3, 1])], build: (b, x) => b.squeeze(x) },
  ],
  Unsqueeze: [
    { title: 'front and back', inputs: [spread([2, 3])], build: (b, x) => b.unsqueeze(x, [0, -1]) },
    { title: '0-d', inputs: [spread([])], build: (b, x) => b.unsqueeze(x, [0]) },
  ],
  Expand: [
    { title: 'new and repeated axes', inputs: [spread([3, 1])], build: (b, x) => b.expand(x, [2, 3, 4]) },
    { title: '0-d', inputs: [spread([])], build: (b, x) => b.expand(x, [2, 2]) },
    { title: 'the shape broadcasts too', inputs: [spread([2, 3])], build: (b, x) => b.expand(x, [1, 1]) },
    {
      title: 'before a product',
      inputs: [spread([3]), spread([2, 3])],
      build: (b, x, y) => b.mul(b.expand(x, [2, 3]), y),
    },
    {
      title: 'a product that needs it',
      inputs: [spread([3]), spread([1])],
      build: (b, x, y) => b.mul(b.expand(x, [2, 3]), y),
    },
  ],
  Concat: [
    {
      title: 'a negative axis',
      inputs: [spread([2, 1]), spread([2, 3])],
      build: (b, x, y) => b.concat([x, y], { axis: -1 }),
    },
    { title: 'one operand twice', inputs: [spread([2])], build: (b, x) => b.concat([x, x, x], { axis: 0 }) },
  ],
  Split: [
    { title: 'three pieces', inputs: [spread([2, 6])], build: (b, x) => b.split(x, { axis: -1, sizes: [1, 3, 2] }) },
    {
      title: 'a piece that nobody uses',
      inputs: [spread([4, 2])],
      build: (b, x) => b.split(x, { axis: 0, sizes: [1, 2, 1] }).slice(1, 2),
    },
  ],
  Slice: [
    { title: 'a range', inputs: [spread([4, 5])], build: (b, x) => b.slice(x, { starts: [1], ends: [3] }) },
    {
      title: 'negative ends and axes',
      inputs: [spread([4, 5])],
      build: (b, x) => b.slice(x, { starts: [-4], ends: [-1], axes: [-1] }),
    },
    { title: 'beyond the end', inputs: [spread([3])], build: (b, x) => b.slice(x, { starts: [1], ends: [99] }) },
    {
      title: 'every second',
      inputs: [spread([3, 5])],
      build: (b, x) => b.slice(x, { starts: [0], ends: [5], axes: [1], steps: [2] }),
    },
    {
      title: 'backwards',
      inputs: [spread([4, 3])],
      build: (b, x) => b.slice(x, { starts: [-1], ends: [-99], axes: [0], steps: [-1] }),
    },
  ],
  Pad: [
    { title: 'around', inputs: [spread([2, 3])], build: (b, x) => b.pad(x, { pads: [1, 0, 2, 1], value: 3 }) },
    { title: 'removing', inputs: [spread([3, 4])], build: (b, x) => b.pad(x, { pads: [0, -1, 1, 0] }) },
  ],
  Gather: [
    {
      title: 'repeated rows',
      inputs: [spread([4, 3]), i64([2, 2], [1, 3, 1, 0])],
      build: (b, x, i) => b.gather(x, i),
    },
    {
      title: 'negative indices along a middle axis',
      inputs: [spread([2, 4, 3]), i64([3], [-1, 0, -1])],
      build: (b, x, i) => b.gather(x, i, { axis: 1 }),
    },
    {
      title: 'a fed scalar along the last axis',
      inputs: [spread([2, 3]), i64([], [2])],
      build: (b, x, i) => b.gather(x, i, { axis: -1 }),
    },
    {
      title: 'the class token',
      inputs: [spread([2, 3, 4])],
      build: (b, x) => b.gather(x, b.constant(0, 'i64'), { axis: 1 }),
    },
    {
      title: 'a constant vector of one negative index',
      inputs: [spread([2, 3])],
      build: (b, x) => b.gather(x, b.constant([-1], 'i64'), { axis: 1 }),
    },
    { title: 'i32 indices', inputs: [spread([3]), tensorOf('i32', [2], [2, 2])], build: (b, x, i) => b.gather(x, i) },
  ],
  GatherElements: [
    {
      title: 'along the last axis, repeated',
      inputs: [spread([2, 3]), i64([2, 4], [0, 0, 2, 1, -1, 1, 0, 1])],
      build: (b, x, i) => b.gatherElements(x, i, { axis: -1 }),
    },
    {
      title: 'fewer rows than the data',
      inputs: [spread([3, 2]), i64([1, 2], [2, 0])],
      build: (b, x, i) => b.gatherElements(x, i),
    },
  ],
  ScatterElements: [
    {
      title: 'put',
      inputs: [spread([3, 3]), i64([2, 3], [0, 2, 1, 2, -3, 0]), spread([2, 3])],
      build: (b, x, i, u) => b.scatterElements(x, i, u),
    },
    {
      title: 'add, with repeated indices',
      inputs: [spread([2, 3]), i64([2, 2], [1, 1, 0, 2]), spread([2, 2])],
      build: (b, x, i, u) => b.scatterElements(x, i, u, { axis: 1, reduction: 'add' }),
    },
  ],
  ScatterND: [
    {
      title: 'put rows',
      inputs: [spread([4, 2]), i64([2, 1], [3, 0]), spread([2, 2])],
      build: (b, x, i, u) => b.scatterND(x, i, u),
    },
    {
      title: 'add elements, with repeated indices',
      inputs: [spread([2, 3]), i64([3, 2], [0, 1, 1, 2, 0, 1]), spread([3])],
      build: (b, x, i, u) => b.scatterND(x, i, u, { reduction: 'add' }),
    },
  ],
  GatherND: [
    { title: 'rows', inputs: [spread([3, 2]), i64([2, 1], [2, 2])], build: (b, x, i) => b.gatherND(x, i) },
    {
      title: 'elements',
      inputs: [spread([3, 2]), i64([3, 2], [0, 1, 2, 0, -1, 0])],
      build: (b, x, i) => b.gatherND(x, i),
    },
  ],
};
