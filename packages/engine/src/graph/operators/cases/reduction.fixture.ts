import type { OperatorName } from '../../index.js';
import { tensorOf } from '../../index.js';
import { type OperatorCase, spread } from './kit.fixture.js';

type Reduce = 'reduceSum' | 'reduceMean' | 'reduceMax' | 'reduceMin' | 'reduceProd';

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

export const reductionCases = {
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
      title: 'with its mean and deviation',
      inputs: [spread([2, 3, 2]), spread([3, 2]), spread([2])],
      build: (b, x, scale, bias) =>
        b.append('LayerNormalization', [x, scale, bias], { axis: 1, epsilon: 1e-5, stash_type: 1 }),
    },
    {
      title: 'its mean and deviation only',
      inputs: [spread([2, 5])],
      build: (b, x) =>
        b
          .append('LayerNormalization', [x, b.constant(1, x.dtype, [5])], { axis: -1, epsilon: 0.1, stash_type: 1 })
          .slice(1),
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
  ReduceMean: [
    ...reduction('reduceMean'),
    {
      title: 'root-mean-square normalisation',
      inputs: [spread([2, 3, 4]), spread([4])],
      build: (b, x, scale) => b.rmsNormalization(x, scale),
    },
    {
      title: 'root-mean-square normalisation over two axes, a large epsilon',
      inputs: [spread([2, 3, 2]), spread([3, 2])],
      build: (b, x, scale) => b.rmsNormalization(x, scale, { axis: -2, epsilon: 0.1 }),
    },
  ],
  ReduceMax: reduction('reduceMax'),
  ReduceMin: reduction('reduceMin'),
  ReduceProd: reduction('reduceProd'),
  CumSum: [
    { title: 'the last axis', inputs: [spread([2, 3])], build: (b, x) => b.cumSum(x, { axis: -1 }) },
    {
      title: 'backwards, without each element itself',
      inputs: [spread([3, 2])],
      build: (b, x) => b.cumSum(x, { axis: 0, exclusive: true, reverse: true }),
    },
    { title: 'a size-1 axis', inputs: [spread([2, 1])], build: (b, x) => b.cumSum(x, { axis: 1, exclusive: true }) },
  ],
  ArgMax: [
    { title: 'the last axis', inputs: [spread([2, 5])], build: (b, x) => b.argMax(x, { axis: -1, keepdims: false }) },
    {
      title: 'the first of equals',
      inputs: [tensorOf('f32', [1, 3], [1, 3, 3])],
      build: (b, x) => b.argMax(x, { axis: 1 }),
    },
  ],
} satisfies Partial<Record<OperatorName, readonly OperatorCase[]>>;
