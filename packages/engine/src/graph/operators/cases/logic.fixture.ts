import type { GraphBuilder, OperatorName, Value } from '../../index.js';
import { type Binary, binary, bool, i64, type OperatorCase, spread } from './kit.fixture.js';

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

export const logicCases = {
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
} satisfies Partial<Record<OperatorName, readonly OperatorCase[]>>;
