import { describe, expect, test } from 'vitest';
import { gradients } from '../../autodiff/index.js';
import { interpret } from '../../runtime/reference/index.js';
import { GraphBuilder, numbersOf, operatorNames, sizeOf, type Tensor, tensorOf, type Value } from '../index.js';
import { operatorCases, valuesOf } from '../operators/operator-cases.fixture.js';

/** Operators of the rewritten graph whose only output is what `build` returns. */
function rewritten(build: (b: GraphBuilder, x: Value, y: Value) => Value): string[] {
  const b = new GraphBuilder();
  b.output('z', build(b, b.input('x', 'f32', [2, 3]), b.input('y', 'f32', [2, 3])));
  return b.build().nodes.map(({ operator }) => operator);
}

function numbers(tensor: Tensor | undefined): number[] {
  return tensor === undefined ? [] : [...numbersOf(tensor)];
}

function closeTo(tensor: Tensor | undefined): number[] {
  return numbers(tensor).map((x) => expect.closeTo(x, 12));
}

test('rewriting keeps the meaning of every operator case', () => {
  for (const operator of operatorNames) {
    for (const { title, inputs, build } of operatorCases[operator]) {
      const b = new GraphBuilder();
      const values = inputs.map(({ dtype, shape }, i) => b.input(`x${i}`, dtype, shape));
      for (const [i, output] of valuesOf(build(b, ...values)).entries()) b.output(`y${i}`, output);
      const feeds = Object.fromEntries(inputs.map((input, i) => [`x${i}`, input]));
      expect(interpret(b.build(), feeds), `${operator}, ${title}`).toEqual(interpret(b.snapshot(), feeds));
    }
  }
});

describe('copies', () => {
  test('identities and stopped gradients vanish', () => {
    expect(rewritten((b, x) => b.exp(b.stopGradient(b.identity(x))))).toEqual(['Exp']);
  });

  test('a chain of reshapes is one reshape, or none', () => {
    expect(rewritten((b, x) => b.exp(b.reshape(b.unsqueeze(b.reshape(x, [6]), [0]), [3, 2])))).toEqual([
      'Reshape',
      'Exp',
    ]);
    expect(rewritten((b, x) => b.exp(b.reshape(b.reshape(x, [6]), [2, 3])))).toEqual(['Exp']);
  });

  test('an output that is an input stays', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [2]);
    b.output('y', b.identity(x));
    expect(interpret(b.build(), { x: tensorOf('f32', [2], [1, 2]) }).y?.data).toEqual(Float64Array.of(1, 2));
  });
});

describe('transposes', () => {
  test('go into the flags of a matrix product', () => {
    expect(rewritten((b, x, y) => b.matMul(x, b.transpose(y, { perm: [1, 0] })))).toEqual(['Gemm']);
    expect(rewritten((b, x, y) => b.gemm(b.transpose(x, { perm: [1, 0] }), y, null, { alpha: 2 }))).toEqual(['Gemm']);
  });

  test('toggle a flag that is set already', () => {
    const b = new GraphBuilder();
    const [x, y] = [b.input('x', 'f32', [2, 3]), b.input('y', 'f32', [3, 4])];
    b.output('z', b.gemm(x, b.transpose(y, { perm: [1, 0] }), null, { transB: true }));
    expect(b.build().nodes).toMatchObject([{ operator: 'Gemm', attributes: { transA: false, transB: false } }]);
  });

  test('cancel', () => {
    const twice = (b: GraphBuilder, x: Value) => b.transpose(b.transpose(x, { perm: [1, 0] }), { perm: [1, 0] });
    expect(rewritten((b, x) => b.exp(twice(b, x)))).toEqual(['Exp']);
    expect(rewritten((b, x) => b.exp(twice(b, twice(b, x))))).toEqual(['Exp']);
  });
});

describe('the gradient of attention', () => {
  test('transposes each operand of a product at most once', () => {
    const b = new GraphBuilder();
    const [q, k] = [b.input('q', 'f32', [2, 3, 5, 4]), b.input('k', 'f32', [2, 3, 5, 4])];
    const weights = b.softmax(b.matMul(q, b.transpose(k, { perm: [0, 1, 3, 2] })));
    const [slope] = gradients(b, b.reduceSum(b.mul(weights, weights), { keepdims: false }), [k]);
    if (slope === undefined) throw new Error('No gradient.');
    b.output('slope', slope);
    const graph = b.build();
    // kᵀ for the scores, dSᵀ for dK = dSᵀ·Q, and no other.
    expect(graph.nodes.filter(({ operator }) => operator === 'Transpose')).toHaveLength(2);
    const feeds = Object.fromEntries(
      [q, k].map(({ name, shape }, i) => [
        name,
        tensorOf(
          'f64',
          shape,
          Array.from({ length: 120 }, (_, j) => Math.sin(j + i)),
        ),
      ]),
    );
    expect(closeTo(interpret(graph, feeds).slope)).toEqual(numbers(interpret(b.snapshot(), feeds).slope));
  });
});

describe('expands', () => {
  test('are left to an operator that broadcasts anyway', () => {
    expect(rewritten((b, x, y) => b.mul(b.expand(b.reduceSum(x), [2, 3]), y))).toEqual(['ReduceSum', 'Mul']);
  });

  test('stay when they give the result its shape', () => {
    expect(rewritten((b, x) => b.mul(b.expand(b.reduceSum(x), [2, 3]), b.reduceMean(x)))).toContain('Expand');
  });
});

describe('constants', () => {
  test('are folded and rounded once to their dtype', () => {
    const b = new GraphBuilder();
    b.output('y', b.add(b.input('x', 'f32', []), b.div(b.constant(1), b.constant(3))));
    const { nodes, constants } = b.build();
    expect(nodes.map(({ operator }) => operator)).toEqual(['Add']);
    expect(constants.map(({ tensor }) => [...numbersOf(tensor)])).toEqual([[Math.fround(1 / 3)]]);
  });

  test('are not blown up', () => {
    const large = (b: GraphBuilder) => b.expand(b.constant(0), [100, 100]);
    expect(rewritten((b, x) => b.concat([large(b), b.expand(b.reduceSum(x), [100, 100])], { axis: 0 }))).toContain(
      'Expand',
    );
  });
});

describe('GELU and its gradient', () => {
  test('compute the error function once', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f64', [3]);
    const y = b.gelu(x);
    const [slope] = gradients(b, b.reduceSum(b.sin(y), { keepdims: false }), [x]);
    if (slope === undefined) throw new Error('No gradient.');
    b.output('y', y);
    b.output('slope', slope);
    const operators = b.build().nodes.map(({ operator }) => operator);
    expect(operators.filter((operator) => operator === 'Erf')).toHaveLength(1);
    expect(operators).not.toContain('Gelu');
    const feeds = { x: tensorOf('f64', [3], [-7, 0.3, 40]) };
    const [left, right] = [interpret(b.build(), feeds), interpret(b.snapshot(), feeds)];
    expect(closeTo(left.y)).toEqual(numbers(right.y));
    expect(closeTo(left.slope)).toEqual(numbers(right.slope));
  });

  test('between two linear layers scale nothing that a product does not scale', () => {
    const b = new GraphBuilder();
    const [x, up, bias, down] = [
      b.input('x', 'f64', [5, 3]),
      b.input('up', 'f64', [4, 3]),
      b.input('bias', 'f64', [4]),
      b.input('down', 'f64', [2, 4]),
    ];
    const hidden = b.gelu(b.gemm(x, up, bias, { transB: true }));
    const y = b.gemm(hidden, down, null, { transB: true });
    for (const [i, slope] of gradients(b, b.reduceSum(b.sin(y), { keepdims: false }), [x, up, bias, down]).entries()) {
      b.output(`slope${i}`, slope);
    }
    const graph = b.build();
    const scalings = graph.nodes.filter(
      ({ operator, inputs }) => operator === 'Mul' && inputs.some((input) => input?.shape.length === 0),
    );
    expect(scalings).toEqual([]);
    const feeds = Object.fromEntries(
      [x, up, bias, down].map(({ name, shape }, seed) => [
        name,
        tensorOf(
          'f64',
          shape,
          Array.from({ length: sizeOf(shape) }, (_, i) => 2 * Math.sin(5 * i + seed)),
        ),
      ]),
    );
    const [left, right] = [interpret(graph, feeds), interpret(b.snapshot(), feeds)];
    for (const name of Object.keys(right)) expect(closeTo(left[name])).toEqual(numbers(right[name]));
  });

  test('one after the other, as in a head of three layers, keep the scales of both', () => {
    const b = new GraphBuilder();
    const operands = [
      b.input('x', 'f64', [5, 3]),
      b.input('first', 'f64', [4, 3]),
      b.input('second', 'f64', [4, 4]),
      b.input('third', 'f64', [2, 4]),
    ];
    const [x, first, second, third] = operands;
    if (!x || !first || !second || !third) throw new Error('An operand is missing.');
    const middle = b.gelu(b.gemm(x, first, null, { transB: true }));
    const last = b.gelu(b.gemm(middle, second, null, { transB: true }));
    const y = b.gemm(last, third, null, { transB: true });
    for (const [i, slope] of gradients(b, b.reduceSum(b.sin(y), { keepdims: false }), operands).entries()) {
      b.output(`slope${i}`, slope);
    }
    const feeds = Object.fromEntries(
      operands.map(({ name, shape }, seed) => [
        name,
        tensorOf(
          'f64',
          shape,
          Array.from({ length: sizeOf(shape) }, (_, i) => 2 * Math.sin(5 * i + seed)),
        ),
      ]),
    );
    const [left, right] = [interpret(b.build(), feeds), interpret(b.snapshot(), feeds)];
    for (const name of Object.keys(right)) expect(closeTo(left[name])).toEqual(numbers(right[name]));
  });

  test('leave a GELU without a gradient as it is', () => {
    expect(rewritten((b, x) => b.gelu(x))).toEqual(['Gelu']);
  });
});

describe('the gradient of softmax inside of attention', () => {
  test('sums over the width of a head rather than over all tokens', () => {
    const b = new GraphBuilder();
    const [scores, v] = [b.input('scores', 'f32', [2, 6, 6]), b.input('v', 'f32', [2, 6, 3])];
    const mixed = b.matMul(b.softmax(scores), v);
    const [slope] = gradients(b, b.reduceSum(b.sin(mixed), { keepdims: false }), [scores]);
    if (slope === undefined) throw new Error('No gradient.');
    b.output('slope', slope);
    const graph = b.build();
    const weighted = graph.nodes.find(({ operator, inputs }) => operator === 'ReduceSum' && inputs[0]?.shape[1] === 6);
    expect(weighted?.inputs[0]?.shape).toEqual([2, 6, 3]);
    const wave = (shape: number[], count: number) =>
      tensorOf(
        'f64',
        shape,
        Array.from({ length: count }, (_, i) => Math.sin(3 * i)),
      );
    const feeds = { scores: wave([2, 6, 6], 72), v: wave([2, 6, 3], 36) };
    expect(closeTo(interpret(graph, feeds).slope)).toEqual(numbers(interpret(b.snapshot(), feeds).slope));
  });
});
