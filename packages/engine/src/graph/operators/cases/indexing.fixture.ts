import type { OperatorName } from '../../index.js';
import { tensorOf } from '../../index.js';
import { i64, type OperatorCase, spread } from './kit.fixture.js';

export const indexingCases = {
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
    { title: 'no indices', inputs: [spread([4, 3]), i64([0], [])], build: (b, x, i) => b.gather(x, i) },
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
} satisfies Partial<Record<OperatorName, readonly OperatorCase[]>>;
