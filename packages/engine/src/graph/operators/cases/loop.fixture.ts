import { type Graph, GraphBuilder } from '../../index.js';
import { i64, type OperatorCase, spread } from './kit.fixture.js';

/** sum ← sum·scale + row, and each row's sum of squares on the side. */
function weightedSum(): Graph {
  const b = new GraphBuilder();
  const sum = b.input('sum', 'f32', [3]);
  const row = b.input('row', 'f32', [3]);
  const scale = b.input('scale', 'f32', []);
  b.output('next', b.add(b.mul(sum, scale), row));
  b.output('squares', b.reduceSum(b.mul(row, row), { keepdims: false }));
  return b.build();
}

/** state ← tanh(state·weights + row), every state on the side: what a recurrent network does. */
function recurrent(): Graph {
  const b = new GraphBuilder();
  const state = b.input('state', 'f32', [2, 3]);
  const row = b.input('row', 'f32', [2, 3]);
  const weights = b.input('weights', 'f32', [3, 3]);
  const next = b.tanh(b.add(b.matMul(state, weights), row));
  b.output('next', next);
  b.output('seen', b.mul(next, state));
  return b.build();
}

/** Picks a row of a table that is the same in every turn, by an index of this turn. */
function pick(): Graph {
  const b = new GraphBuilder();
  const index = b.input('index', 'i64', [1]);
  const table = b.input('table', 'f32', [4, 2]);
  b.output('picked', b.gather(table, index, { axis: 0 }));
  return b.build();
}

export const loopCases = {
  Loop: [
    {
      title: 'carries a sum over the rows',
      inputs: [spread([3]), spread([4, 3]), spread([])],
      build: (b, sum, rows, scale) => {
        const body = weightedSum();
        const { carried, stacked } = b.loop(body, { carried: [sum], scanned: [rows], fixed: [scale] });
        return [...carried, ...stacked];
      },
    },
    {
      title: 'stacks what each turn reads by an index',
      inputs: [i64([3, 1], [2, 0, 3]), spread([4, 2])],
      build: (b, indices, table) => b.loop(pick(), { carried: [], scanned: [indices], fixed: [table] }).stacked,
    },
    {
      title: 'carries a state through a network, and shows it',
      inputs: [spread([2, 3]), spread([4, 2, 3]), spread([3, 3])],
      build: (b, state, rows, weights) => {
        const { carried, stacked } = b.loop(recurrent(), { carried: [state], scanned: [rows], fixed: [weights] });
        return [...carried, ...stacked];
      },
    },
    {
      title: 'one turn',
      inputs: [spread([3]), spread([1, 3]), spread([])],
      build: (b, sum, rows, scale) => [
        ...b.loop(weightedSum(), { carried: [sum], scanned: [rows], fixed: [scale] }).carried,
      ],
    },
  ],
} as const satisfies Record<'Loop', readonly OperatorCase[]>;
